/** A login as a browser does it. */
import { READ_TOKEN } from './secrets.ts';
import type { Running } from './suite.ts';

const HEADERS = { Host: 'allowed.example', Accept: 'text/html' };

/** Loads the page of the form, sends it, and returns the cookie, with the answer that had it. */
export async function logIn(send: Running['send'], origin = 'http://allowed.example') {
  const { body: page } = await send({ method: 'GET', target: '/ui/login', headers: HEADERS });
  const [, csrf = ''] = /name="csrf" value="([^"]+)"/.exec(page) ?? [];
  const body = String(new URLSearchParams({ csrf, next: '/ui/images', token: READ_TOKEN }));
  const type = { 'Content-Type': 'application/x-www-form-urlencoded' };
  const headers = { ...HEADERS, ...type, Origin: origin };
  const answer = await send({ method: 'POST', target: '/ui/login', headers, body });
  const [cookie = ''] = (answer.headers['set-cookie'] ?? '').split(';');
  return { answer, headers: { ...HEADERS, Cookie: cookie } };
}
