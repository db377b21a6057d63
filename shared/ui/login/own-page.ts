/** The page that a login leads to. */
import type { FunctionContext } from '../../http/function.ts';

/** Where a login leads if it came from no other page. */
export const START = '/ui';

/** Only its path and query are used. */
const ANY_ORIGIN = 'http://localhost';
/** A login does not lead to another login. */
const LOGIN = /^\/ui\/log(in|out)$/;

/**
 * The address of a page of this service: path and query. URL parsers of browsers ignore line feeds and tabs, read `\`
 * as `/`, and resolve `..` in any encoding, so the result is what the parser has read and not the text itself.
 * @returns the start page for anything else, such as `//other.example`
 */
export function pathOfPage(address: string | undefined): string {
  if (address === undefined || !URL.canParse(address, ANY_ORIGIN)) return START;
  const { origin, pathname, search } = new URL(address, ANY_ORIGIN);
  const isPage = origin === ANY_ORIGIN && /^\/ui(\/|$)/.test(pathname) && !LOGIN.test(pathname);
  // In a query, parsers leave `\` as it is.
  return isPage ? pathname + search.replaceAll('\\', '%5C') : START;
}

/** The page to open after the login that a request needs: that page, or the page whose form was sent. */
export function pageToReturnTo(c: FunctionContext): string {
  const { method } = c.req;
  if (method === 'GET' || method === 'HEAD') {
    const { pathname, search } = new URL(c.req.url);
    return pathOfPage(pathname + search);
  }
  const referer = c.req.header('referer') ?? '';
  if (!URL.canParse(referer)) return START;
  const { pathname, search } = new URL(referer);
  return pathOfPage(pathname + search);
}

/** The address of the login that leads to a page. */
export function loginPath(next: string): string {
  return next === START ? '/ui/login' : `/ui/login?next=${encodeURIComponent(next)}`;
}

/** The page that the login at an address leads to. */
export function nextOf(login: string): string {
  return pathOfPage(new URL(login, ANY_ORIGIN).searchParams.get('next') ?? undefined);
}
