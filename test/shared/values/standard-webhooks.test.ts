import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { signWebhook, verifyWebhook } from '../../../shared/values/standard-webhooks.ts';

const SECRET = `whsec_${btoa('a secret of 32 bytes for the test')}`;
const OTHER = `whsec_${btoa('another secret, used before that')}`;
const BODY = '{"reference":"v1","note":"Grüße ✓"}';
const NOW_S = 1_795_502_626;

interface Sent {
  readonly id?: string;
  readonly timestamp?: string;
  readonly signature?: string;
  readonly body?: string;
  readonly secrets?: readonly string[];
}

/** By default what the package `standardwebhooks` signs, verified at the second of its signature. */
async function verify(sent: Sent = {}) {
  const { id = 'msg_1', timestamp = String(NOW_S), body = BODY, secrets = [SECRET] } = sent;
  const theirs = new Webhook(SECRET).sign(id, new Date(Number(timestamp) * 1000), BODY);
  const headers = new Headers({
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': sent.signature ?? theirs,
  });
  const message = { headers, body: new TextEncoder().encode(body) };
  return verifyWebhook(message, { secrets, nowMs: NOW_S * 1000 });
}

const theirSignature = new Webhook(SECRET).sign('msg_1', new Date(NOW_S * 1000), BODY);

describe('signWebhook', () => {
  it('signs as the package standardwebhooks does', async () => {
    const body = new TextEncoder().encode(BODY);
    const ours = await signWebhook({ id: 'msg_1', timestampS: NOW_S, body }, SECRET);
    expect(ours).toBe(theirSignature);
  });

  it('makes signatures that the package standardwebhooks accepts', async () => {
    const timestampS = Math.floor(Date.now() / 1000);
    const body = new TextEncoder().encode(BODY);
    const signature = await signWebhook({ id: 'msg_2', timestampS, body }, SECRET);
    const headers = {
      'webhook-id': 'msg_2',
      'webhook-timestamp': String(timestampS),
      'webhook-signature': signature,
    };
    expect(new Webhook(SECRET).verify(BODY, headers)).toEqual(JSON.parse(BODY));
  });

  it('accepts a secret without its prefix', async () => {
    const message = { id: 'msg_1', timestampS: NOW_S, body: new TextEncoder().encode(BODY) };
    expect(await signWebhook(message, SECRET.replace('whsec_', ''))).toBe(theirSignature);
  });

  it('refuses a secret that is not base64 without quoting it', async () => {
    const message = { id: 'msg_1', timestampS: NOW_S, body: new Uint8Array() };
    await expect(signWebhook(message, 'whsec_abcde')).rejects.toMatchObject({
      code: 'invalid_configuration',
      message: expect.not.stringContaining('abcde'),
    });
  });
});

describe('verifyWebhook', () => {
  it('accepts what the package standardwebhooks signs', async () => {
    expect(await verify()).toBe('msg_1');
  });

  it.each([
    ['any of several secrets', { secrets: [OTHER, SECRET] }],
    ['any of several signatures', { signature: `v1,AAAA v1a,BBBB ${theirSignature}` }],
    ['five minutes before', { timestamp: String(NOW_S - 300) }],
    ['five minutes after', { timestamp: String(NOW_S + 300) }],
  ])('accepts %s', async (_, sent) => {
    expect(await verify(sent)).toBe('msg_1');
  });

  it.each([
    ['a body that was changed', { body: BODY.replace('v1', 'v2') }],
    ['a secret that is not ours', { secrets: [OTHER] }],
    ['another version of the scheme', { signature: theirSignature.replace('v1,', 'v2,') }],
    ['a signature that is cut', { signature: theirSignature.slice(0, -4) }],
    ['no signature', { signature: '' }],
    ['no id', { id: '' }],
    ['an id with a dot', { id: 'msg.1' }],
    ['an id beyond any length', { id: 'm'.repeat(257) }],
    ['a time that is no number', { timestamp: '1795502626.0', signature: theirSignature }],
    ['a time too old', { timestamp: String(NOW_S - 301) }],
    ['a time too new', { timestamp: String(NOW_S + 301) }],
  ])('refuses %s with the same message', async (_, sent) => {
    await expect(verify(sent)).rejects.toMatchObject({
      code: 'signature_invalid',
      message: expect.stringMatching(
        /^Send the headers webhook-id, webhook-timestamp and webhook-signature/,
      ),
    });
  });
});
