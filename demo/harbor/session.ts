/** Harbor's cookies, and the headers that nginx puts around an answer. */
import { randomBytes } from 'node:crypto';
import type { Answer } from './answer.ts';

const CSRF_LIFETIME_S = 43_200;

/** A new session for each request, or Harbor's refusal if the client sends an old one back. */
export function sessionHeaders(cookies: string | undefined): {
  readonly isOld: boolean;
  readonly headers: Record<string, string>;
} {
  const isOld = /(^|;\s*)sid=/.test(cookies ?? '');
  if (!isOld) {
    const sid = `sid=${randomBytes(16).toString('hex')}; Path=/; HttpOnly`;
    return { isOld, headers: { 'Set-Cookie': sid } };
  }
  const token = randomBytes(64).toString('base64');
  const expires = new Date(Date.now() + CSRF_LIFETIME_S * 1000).toUTCString();
  const lifetime = `Expires=${expires}; Max-Age=${CSRF_LIFETIME_S}`;
  const cookie = `_gorilla_csrf=${token}; Path=/; ${lifetime}; HttpOnly; SameSite=Strict`;
  return { isOld, headers: { 'Set-Cookie': cookie, 'X-Harbor-Csrf-Token': token } };
}

export function withHeaders(answer: Answer, headers: Readonly<Record<string, string>>): Answer {
  return { ...answer, headers: { ...answer.headers, ...headers } };
}

/** nginx adds these headers to successful answers. */
export function secured(answer: Answer): Answer {
  if (answer.status !== 200 && answer.status !== 201) return answer;
  return withHeaders(answer, {
    'X-Frame-Options': 'DENY',
    'Content-Security-Policy': "frame-ancestors 'none'",
  });
}
