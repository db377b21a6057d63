/** The origin at which a browser reaches the pages. */
import type { FunctionContext } from '../http/function.ts';

/**
 * The origin of `public_url`. Without it, that of the request as this process sees it: behind a proxy that ends TLS,
 * its scheme is `http:`.
 */
export function publicOrigin(c: FunctionContext): string {
  const { public_url } = c.get('services').configuration.app_config;
  return new URL(public_url ?? c.req.url).origin;
}

/** Whether the `Origin` of a request is that of the pages. Forms of other sites send another one. */
export function isOwnOrigin(c: FunctionContext): boolean {
  const origin = c.req.header('origin');
  if (origin === undefined || !URL.canParse(origin)) return false;
  const { public_url } = c.get('services').configuration.app_config;
  if (public_url !== null) return new URL(origin).origin === new URL(public_url).origin;
  // A proxy that ends TLS changes the scheme, so only hosts are compared.
  return new URL(origin).host === c.req.header('host')?.toLowerCase();
}
