/**
 * Signatures of the Standard Webhooks specification (standardwebhooks.com), both ways: `webhook-id`,
 * `webhook-timestamp` and `webhook-signature` with `v1,` and HMAC-SHA256 over `id.timestamp.body`.
 */
import { timingSafeEqual } from 'hono/utils/buffer';
import { Problem } from '../../values/problem.ts';

const VERSION = 'v1,';
/** Largest difference between the sender's clock and ours; also limits replays. */
const TOLERANCE_S = 5 * 60;
/** Ids are remembered to recognise repeats. */
const MAX_ID_LENGTH = 256;
/** Enough for any rotation of secrets; each signature costs a comparison. */
const MAX_SIGNATURES = 20;

/** Signs a message. @returns the value of `webhook-signature` */
export async function signWebhook(
  message: { readonly id: string; readonly timestampS: number; readonly body: Uint8Array },
  secret: string,
): Promise<string> {
  const { id, timestampS, body } = message;
  const prefix = new TextEncoder().encode(`${id}.${timestampS}.`);
  const content = new Uint8Array(prefix.length + body.length);
  content.set(prefix);
  content.set(body, prefix.length);
  const mac = await crypto.subtle.sign('HMAC', await keyOf(secret), content);
  return `${VERSION}${btoa(String.fromCharCode(...new Uint8Array(mac)))}`;
}

/**
 * Verifies a message over its raw bytes. One valid signature by any of the secrets is enough.
 * @returns the message's id, which is the same in repeats
 * @throws Problem signature_invalid, with the same text for a missing, wrong or expired signature
 */
export async function verifyWebhook(
  message: { readonly headers: Headers; readonly body: Uint8Array },
  options: { readonly secrets: readonly string[]; readonly nowMs: number },
): Promise<string> {
  const { headers, body } = message;
  const id = headers.get('webhook-id') ?? '';
  const timestamp = headers.get('webhook-timestamp') ?? '';
  const given = (headers.get('webhook-signature') ?? '')
    .split(' ')
    .filter((signature) => signature.startsWith(VERSION))
    .slice(0, MAX_SIGNATURES);
  const timestampS = /^\d{1,12}$/.test(timestamp) ? Number(timestamp) : Number.NaN;
  const inTime = Math.abs(options.nowMs / 1000 - timestampS) <= TOLERANCE_S;
  if (id === '' || id.length > MAX_ID_LENGTH || !inTime || given.length === 0) throw invalid();
  const expected = await Promise.all(
    options.secrets.map((secret) => signWebhook({ id, timestampS, body }, secret)),
  );
  const matches = await Promise.all(
    expected.flatMap((one) => given.map((other) => timingSafeEqual(one, other))),
  );
  if (!matches.includes(true)) throw invalid();
  return id;
}

/** @throws Problem invalid_configuration when the secret is not base64 */
async function keyOf(secret: string) {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  try {
    const bytes = Uint8Array.from(atob(secret.replace(/^whsec_/, '')), (c) => c.charCodeAt(0));
    return await crypto.subtle.importKey('raw', bytes, algorithm, false, ['sign']);
  } catch {
    // Without the runtime's message, which can quote the secret.
    const detail =
      'A secret of webhook_config is not base64; make one with openssl rand -base64 32.';
    throw new Problem('invalid_configuration', detail);
  }
}

function invalid(): Problem {
  return new Problem(
    'signature_invalid',
    'Send the headers webhook-id, webhook-timestamp and webhook-signature of Standard Webhooks, signed with webhook_config.invoke_secret at most five minutes ago.',
    { headers: { 'WWW-Authenticate': 'Webhook-Signature' } },
  );
}
