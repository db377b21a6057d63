/** The headers that a router passes on to a function that is deployed elsewhere, and back. */
import type { FunctionName } from '../../values/configuration/configuration.ts';

/** Headers that a function reads. No hop-by-hop headers, cookies, or claims about the origin of the request. */
const TO_FUNCTION =
  /^(?:authorization|accept|cache-control|content-type|if-[a-z-]+|webhook-(?:id|timestamp|signature))$/;
/** Headers that a function answers with. Headers that its platform adds are dropped. */
const FROM_FUNCTION =
  /^(?:content-type|cache-control|vary|etag|age|link|x-total-count|retry-after|allow|www-authenticate|x-accel-buffering)$/;

/** Pages read these too: where a form was sent from, and what htmx asks for. */
const TO_PAGES = /^(?:accept|cache-control|content-type|origin|referer|sec-fetch-site|hx-[a-z-]+)$/;
const FROM_PAGES =
  /^(?:location|content-security-policy|referrer-policy|cross-origin-opener-policy|x-frame-options|hx-[a-z-]+)$/;
/** The cookie of shared/ui/login/login-session.ts. Other services of the host have cookies too. */
const SESSION_COOKIE = /^image_api_session=/;

/** Picks the request headers that a function is sent. Only the pages get the session, and they get no token. */
export function headersTo(name: FunctionName, given: Headers): Readonly<Record<string, string>> {
  const passed = name === 'ui' ? TO_PAGES : TO_FUNCTION;
  const headers = Object.fromEntries([...given].filter(([header]) => passed.test(header)));
  const cookies = (given.get('cookie') ?? '').split(';').map((cookie) => cookie.trim());
  const session = cookies.filter((cookie) => name === 'ui' && SESSION_COOKIE.test(cookie));
  return session.length === 0 ? headers : { ...headers, cookie: session.join('; ') };
}

/** Picks the headers of a function's answer that a client is sent. */
export function headersFrom(name: FunctionName, given: Headers): Headers {
  const isPages = name === 'ui';
  const headers = new Headers(
    [...given].filter(
      ([header]) => FROM_FUNCTION.test(header) || (isPages && FROM_PAGES.test(header)),
    ),
  );
  for (const cookie of given.getSetCookie()) {
    if (isPages && SESSION_COOKIE.test(cookie)) headers.append('set-cookie', cookie);
  }
  return headers;
}
