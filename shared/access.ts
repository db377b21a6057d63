/** Who may read and who may write (DESIGN, Access). Web standard. */
import type { Configuration, NamedToken } from './configuration/configuration.ts';
import { equalTexts } from './constant-time.ts';
import { Problem } from './problem.ts';

type AppConfig = Configuration['app_config'];

/** Who a request comes from, as far as a token or its socket tells. */
export interface Caller {
  /** The name of the token; null when none was needed. */
  readonly name: string | null;
}

export interface AuthoriseOptions {
  readonly headers: Headers;
  readonly right: 'read' | 'write';
  readonly app_config: AppConfig;
  /** Whether the request came over `local_socket`, where the file system says who may. */
  readonly local?: boolean;
}

const ANYONE: Caller = { name: null };

/** Whether reading needs no token: then `authorise` for `read` has nothing to do. */
export function readsAreOpen(app_config: AppConfig): boolean {
  return app_config.read_token.length === 0;
}

/**
 * Admits a request or rejects it.
 * @returns at once, without a promise, when reads are open and the right is `read`
 * @throws Problem unauthorized, forbidden
 */
export function authorise(options: AuthoriseOptions): Caller | Promise<Caller> {
  const { right, app_config, local = false } = options;
  if (local) return ANYONE;
  if (right === 'read') {
    if (readsAreOpen(app_config)) return ANYONE;
    // Who may write may read.
    return withToken(options, [...app_config.write_token, ...app_config.read_token], 'read_token');
  }
  if (app_config.write_token.length > 0) {
    return withToken(options, app_config.write_token, 'write_token');
  }
  throw new Problem('forbidden', howToWrite(app_config));
}

async function withToken(
  { headers }: AuthoriseOptions,
  tokens: readonly NamedToken[],
  key: string,
): Promise<Caller> {
  const [, presented] = /^bearer +(\S+) *$/i.exec(headers.get('authorization') ?? '') ?? [];
  const owner = presented === undefined ? null : await ownerOf(presented, tokens);
  if (owner !== null) return { name: owner };
  const what = presented === undefined ? 'This request needs' : 'The token was not accepted; send';
  throw new Problem(
    'unauthorized',
    `${what} the header "Authorization: Bearer TOKEN" with a token of app_config.${key}.`,
    { headers: { 'WWW-Authenticate': 'Bearer' } },
  );
}

function howToWrite({ local_socket }: AppConfig): string {
  return local_socket === null
    ? 'Nobody can write: neither app_config.write_token nor app_config.local_socket is set. Set a token, or a socket for "sudo curl --unix-socket PATH" on the host.'
    : `Without app_config.write_token only the local socket takes writes; on the host: sudo curl --unix-socket ${local_socket} -X DELETE http://localhost/harbor/artifacts/…`;
}

/** The name of the token that equals `presented`. Takes the same time whichever it is, if any. */
async function ownerOf(presented: string, tokens: readonly NamedToken[]): Promise<string | null> {
  const equal = await Promise.all(tokens.map(({ token }) => equalTexts(presented, token)));
  return tokens.find((_, index) => equal[index])?.name ?? null;
}

/**
 * Whether a `Host` header names one of `allowed_hosts` (lower-case, without ports and brackets);
 * an empty list allows any.
 */
export function hostAllowed(
  host: string | null | undefined,
  allowed_hosts: readonly string[],
): boolean {
  if (allowed_hosts.length === 0) return true;
  const [, v6, name] =
    /^(?:\[([\da-f:.]+)\]|([\w-]+(?:\.[\w-]+)*)\.?)(?::\d+)?$/i.exec(host ?? '') ?? [];
  return allowed_hosts.includes((v6 ?? name ?? '').toLowerCase());
}

/** The start-up line: who can read and who can delete. Names no token. */
export function describeAccess({
  app_config,
  webhook_config,
}: Pick<Configuration, 'app_config' | 'webhook_config'>): string {
  const { write_token, local_socket } = app_config;
  const read = readsAreOpen(app_config)
    ? 'anyone who reaches the service can read (read_token limits it)'
    : 'reading needs a token';
  const writers = [
    ...(write_token.length > 0 ? ['holders of a write_token'] : []),
    ...(local_socket === null ? [] : [`root and the service's user over ${local_socket}`]),
    ...(webhook_config.invoke_secret.length > 0 ? ['holders of an invoke_secret'] : []),
  ];
  return writers.length > 0
    ? `${read}; these can delete: ${writers.join(', ')}`
    : `${read}; nobody can delete (write_token or local_socket allows it)`;
}
