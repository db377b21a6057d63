import { expect, it } from 'vitest';
import { describeAccess, describePages } from '../../../shared/node/describe-access.ts';
import { configurationOf } from '../../support/configuration.ts';

const EVERYONE = 'everyone who can reach the service can read (set read_token to limit this)';
const SECRET = btoa('24 bytes for the secret!');

it.each([
  [{}, `${EVERYONE}; nobody can delete (set write_token or local_socket to allow it)`],
  [
    { app_config: { local_socket: '/run/local.sock' } },
    `${EVERYONE}; deletes are allowed for root and the service's user over /run/local.sock`,
  ],
  [
    { app_config: { read_token: 'abcdefghijklmnop', write_token: 'ijklmnopabcdefgh' } },
    'reads need a token; deletes are allowed for holders of a write_token',
  ],
  [
    { app_config: { public_reads: false } },
    'reads are refused (public_reads is false and read_token is not set); nobody can delete (set write_token or local_socket to allow it)',
  ],
  [
    { app_config: { public_reads: false, write_token: 'ijklmnopabcdefgh' } },
    'reads need a token; deletes are allowed for holders of a write_token',
  ],
  [
    { webhook_config: { invoke_secret: SECRET } },
    `${EVERYONE}; deletes are allowed for holders of an invoke_secret`,
  ],
])('who can read and who can delete with %j', (file, sentence) => {
  expect(describeAccess(configurationOf(file))).toBe(sentence);
});

it.each([
  [{}, 'pages at /ui'],
  [{ ui_config: { enabled: false } }, 'no pages (ui_config.enabled is false)'],
  [
    { app_config: { read_token: 'abcdefghijklmnop' } },
    'pages at /ui; a login lasts 12 h, or until this process ends (set session_key to keep logins)',
  ],
  [
    {
      app_config: { write_token: 'abcdefghijklmnop', public_url: 'https://images.example/base' },
      ui_config: { session_key: 'k'.repeat(32), session_hours: 2 },
    },
    'pages at https://images.example/ui; a login lasts 2 h',
  ],
])('which pages there are with %j', (file, sentence) => {
  expect(describePages(configurationOf(file))).toBe(sentence);
});
