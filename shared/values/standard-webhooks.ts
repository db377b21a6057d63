/**
 * Signatures of the Standard Webhooks specification (standardwebhooks.com), both ways: `webhook-id`,
 * `webhook-timestamp` and `webhook-signature` with `v1,` and HMAC-SHA256 over `id.timestamp.body`. The package
 * `standardwebhooks` signs a body as text, so that bodies of different bytes that are not UTF-8 have one signature; it
 * takes one secret and reads the clock itself. Tests use it as the other side.
 */
import { Problem } from './problem.ts';

const VERSION = 'v1,';
/** Largest difference between the sender's clock and ours; also limits replays. */
const TOLERANCE_S = 5 * 60;
/**
 * Ids are remembered to recognise repeats, so their length is limited. One with a dot would let the signed bytes be
 * split into another id, time and body.
 */
const VALID_ID = /^[^.]{1,256}$/;
/** Enough for any rotation of secrets; each signature costs a comparison. */
const MAX_SIGNATURES = 20;

/** Signs a message. @returns the value of `webhook-signature` */
export async function signWebhook(message: SignedMessage, secret: string): Promise<string> {
  const mac = await crypto.subtle.sign('HMAC', await keyOf(secret), contentOf(message));
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
  const { id, timestampS, given } = readSignature(message.headers, options.nowMs);
  const content = contentOf({ id, timestampS, body: message.body });
  const keys = await Promise.all(options.secrets.map(keyOf));
  // Compares in constant time.
  const matches = await Promise.all(
    keys.flatMap((key) =>
      given.map((signature) => crypto.subtle.verify('HMAC', key, macOf(signature), content)),
    ),
  );
  if (!matches.includes(true)) throw invalid();
  return id;
}

/** The headers of a signature. Tells nothing about the body. @throws Problem signature_invalid */
export function readSignature(headers: Headers, nowMs: number) {
  const id = headers.get('webhook-id') ?? '';
  const timestamp = headers.get('webhook-timestamp') ?? '';
  const given = (headers.get('webhook-signature') ?? '')
    .split(' ')
    .filter((signature) => signature.startsWith(VERSION))
    .slice(0, MAX_SIGNATURES);
  const timestampS = /^\d{1,12}$/.test(timestamp) ? Number(timestamp) : Number.NaN;
  const inTime = Math.abs(nowMs / 1000 - timestampS) <= TOLERANCE_S;
  if (!VALID_ID.test(id) || !inTime || given.length === 0) throw invalid();
  return { id, timestampS, given };
}

interface SignedMessage {
  readonly id: string;
  readonly timestampS: number;
  readonly body: Uint8Array;
}

/** The bytes that a signature is over. */
function contentOf({ id, timestampS, body }: SignedMessage): Uint8Array<ArrayBuffer> {
  const prefix = new TextEncoder().encode(`${id}.${timestampS}.`);
  const content = new Uint8Array(prefix.length + body.length);
  content.set(prefix);
  content.set(body, prefix.length);
  return content;
}

/** The bytes of a signature; none, which match nothing, if it is not base64. */
function macOf(signature: string): Uint8Array<ArrayBuffer> {
  try {
    return bytesOf(signature.slice(VERSION.length));
  } catch {
    return new Uint8Array();
  }
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
}

/** @throws Problem invalid_configuration when the secret is not base64 */
async function keyOf(secret: string) {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  try {
    const bytes = bytesOf(secret.replace(/^whsec_/, ''));
    return await crypto.subtle.importKey('raw', bytes, algorithm, false, ['sign', 'verify']);
  } catch {
    // The runtime's message is left out, because it can quote the secret.
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
