/** Headers of requests that every app reads. */
import { Problem } from '../../values/problem.ts';
import { isLocal } from './connection.ts';

/** The token of `Authorization: Bearer TOKEN`; null when there is none. */
export function bearerToken(headers: Headers): string | null {
  return /^bearer +(\S+) *$/i.exec(headers.get('authorization') ?? '')?.[1] ?? null;
}

/** Tells whether a client wants a reading that begins now. */
export function wantsFresh(headers: Headers): boolean {
  return headers.get('cache-control')?.toLowerCase().includes('no-cache') ?? false;
}

/**
 * @param allowed the names of `allowed_hosts`; empty: any
 * @throws Problem forbidden if they do not contain the name in the header `Host`
 */
export function checkHostOf(
  c: { readonly env: unknown; readonly req: { readonly raw: Request } },
  allowed: readonly string[],
): void {
  if (allowed.length === 0 || isLocal(c)) return;
  const host = c.req.raw.headers.get('host') ?? '';
  const [, v6, name] = /^(?:\[([\da-f:.]+)\]|([\w-]+(?:\.[\w-]+)*)\.?)(?::\d+)?$/i.exec(host) ?? [];
  if (allowed.includes((v6 ?? name ?? '').toLowerCase())) return;
  throw new Problem(
    'forbidden',
    'app_config.allowed_hosts does not contain the name in the Host header. Add it if clients may use it.',
  );
}
