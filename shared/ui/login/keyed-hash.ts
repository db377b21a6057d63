/** HMAC-SHA-256 of texts, for sessions and CSRF tokens. */
import { encodeBase64Url } from 'hono/utils/encode';

/** @returns base64url without padding */
export async function keyedHash(secret: string, text: string): Promise<string> {
  const encoder = new TextEncoder();
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', encoder.encode(secret), algorithm, false, [
    'sign',
  ]);
  const signature = await crypto.subtle.sign('HMAC', key, encoder.encode(text));
  return encodeBase64Url(signature).replace(/=+$/, '');
}
