/** The origin at which a browser reaches the pages. */

import { isLocal } from '../../http/base/connection.ts';
import type { FunctionContext } from '../../http/function.ts';
import { isLoopbackHost } from '../../values/configuration/address-values.ts';

/**
 * The origin of `public_url`. Without it, that of the request as this process sees it: behind a proxy that ends TLS,
 * its scheme is `http:`.
 */
export function publicOrigin(c: FunctionContext): string {
  const { public_url } = c.get('services').configuration.app_config;
  return new URL(public_url ?? c.req.url).origin;
}

/** Tells whether a page of this service sent the request. Browsers send the `Origin` of each form with POST. */
export function isOwnOrigin(c: FunctionContext): boolean {
  const site = c.req.header('sec-fetch-site') ?? 'same-origin';
  if (site !== 'same-origin' && site !== 'none') return false;
  const given = c.req.header('origin') ?? '';
  const origin = URL.canParse(given) ? new URL(given) : null;
  if (origin === null || !/^https?:$/.test(origin.protocol)) return false;
  const isHost = origin.host === hostOf(c, origin.protocol);
  // A tunnel leads to the socket, from loopback. Any other name may be one that another site resolves to it.
  if (isLocal(c)) return isHost && isLoopbackHost(origin.hostname);
  const { public_url } = c.get('services').configuration.app_config;
  // Only hosts are compared if there is no public_url, because a proxy that ends TLS changes the scheme.
  return public_url === null ? isHost : origin.origin === publicOrigin(c);
}

/** The host of the request as an `Origin` has it: without the default port of its scheme. */
function hostOf(c: FunctionContext, protocol: string): string | null {
  const host = c.req.header('host') ?? '';
  const url = `${protocol}//${host}`;
  return /^[\w.:[\]-]+$/.test(host) && URL.canParse(url) ? new URL(url).host : null;
}
