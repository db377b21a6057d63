import { expect, it } from 'vitest';
import { secretsOf } from '../../../../shared/adapters/log/redaction.ts';
import { redactor } from '../../../../shared/values/redactor.ts';
import { configurationOf } from '../../../support/configuration.ts';

const secrets = () => {
  const configuration = configurationOf({
    app_config: { read_token: 'read-secret-of-test', write_token: { ci: 'write-secret-of-test' } },
    harbor_config: { harbor_username: 'robot$x', harbor_password: 'harbor-secret' },
    bridge_config: { bridge_token: 'bridge-secret-of-test' },
    webhook_config: {
      harbor_webhook_token: 'Bearer hook-secret-of-test',
      invoke_secret: ['whsec_aW52b2tlLXNlY3JldC1vZi10aGUtcmVkYWN0b3I='],
      notify_url: 'https://chat.example/services/T000/B000/chat-secret',
      notify_secret: 'bm90aWZ5LXNlY3JldC1vZi10aGUtcmVkYWN0b3I=',
    },
  });
  return secretsOf(configuration);
};

it.each([
  'read-secret-of-test',
  'write-secret-of-test',
  'harbor-secret',
  'bridge-secret-of-test',
  'Bearer hook-secret-of-test',
  'hook-secret-of-test',
  'whsec_aW52b2tlLXNlY3JldC1vZi10aGUtcmVkYWN0b3I=',
  'aW52b2tlLXNlY3JldC1vZi10aGUtcmVkYWN0b3I=',
  'bm90aWZ5LXNlY3JldC1vZi10aGUtcmVkYWN0b3I=',
  'https://chat.example/services/T000/B000/chat-secret',
  '/services/T000/B000/chat-secret',
  btoa('robot$x:harbor-secret'),
  btoa('harbor-secret'),
])('the configured %s is removed', (text) => {
  const redacted = redactor(secrets())(`<${text}>`);

  expect(redacted).toMatch(/^<(Bearer |whsec_)?\[secret\](=*)>$/);
});

it.each([
  ['a/b+c d', 'a%2Fb%2Bc%20d'],
  ['a/b+c d', 'a%2fb%2bc%20d'],
  ['quo"ted\\', JSON.stringify('quo"ted\\').slice(1, -1)],
  ['what a (secret)!', 'what+a+%28secret%29%21'],
  ['what a (secret)!', 'what%20a%20(secret)!'],
  ['>>>???>>>', 'Pj4-Pz8_Pj4-'],
  ['>>>???>>>', 'Pj4+Pz8/Pj4+'],
])('%s is also removed as %s', (secret, form) => {
  expect(redactor([secret])(`x${form}y`)).toBe('x[secret]y');
});

it('of two secrets with the same beginning, the longer one is removed completely', () => {
  expect(redactor(['secret', 'secret-and-more'])('secret-and-more secret')).toBe(
    '[secret] [secret]',
  );
});

it('a number stays a number when a secret of digits is removed', () => {
  expect(redactor(['123456'])('{"n":51234567}')).toBe('{"n":59999997}');
});

it.each([
  ['a1', 'the password a1 was wrong', 'the password [secret] was wrong'],
  ['a1', '{"a1":"a1","a12":"ba1"}', '{"a1":"[secret]","a12":"ba1"}'],
  ['a/1', 'https://me:a%2f1@host?p=a/1', 'https://me:[secret]@host?p=[secret]'],
  ['a1', `Basic ${btoa('a1').replace(/=+$/, '')}==`, 'Basic [secret]=='],
  ['', 'nothing', 'nothing'],
])('the short secret %j is removed where it stands alone', (secret, text, redacted) => {
  expect(redactor([secret])(text)).toBe(redacted);
});

it('a secret that is not well-formed text does not fail', () => {
  expect(redactor(['\ud800secret'])('fine')).toBe('fine');
});
