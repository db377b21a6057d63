/** Who may read and who may write (DESIGN, Access). Web standard. */
import type { Configuration, NamedToken } from './configuration/configuration.ts';
import { equalTexts } from './constant-time.ts';
import { Problem } from './problem.ts';

type AppConfig = Configuration['app_config'];

/** Who a request comes from, as far as a token or its socket tells. */
export interface Caller {
  /** The name of the token; null when none was needed. */
  readonly name: string | null;
  /** User id on this machine, of a write that was accepted for it. */
  readonly uid?: number;
}

/** The user id of a caller on this machine who may write, or the reason against it. */
export type LocalWrite = { readonly uid: number } | { readonly refusal: string };

export interface AuthoriseOptions {
  readonly headers: Headers;
  readonly right: 'read' | 'write';
  readonly app_config: AppConfig;
  /** Judges whether a write comes from this machine. Absent where no runtime can tell. */
  readonly localWrite?: () => Promise<LocalWrite>;
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
  const { right, app_config } = options;
  if (right === 'read') {
    if (readsAreOpen(app_config)) return ANYONE;
    // Who may write may read.
    return withToken(options, [...app_config.write_token, ...app_config.read_token], 'read_token');
  }
  if (app_config.write_token.length > 0) {
    return withToken(options, app_config.write_token, 'write_token');
  }
  return fromThisMachine(options);
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

async function fromThisMachine(options: AuthoriseOptions): Promise<Caller> {
  if (!options.app_config.local_writes) {
    throw new Problem(
      'forbidden',
      'Nobody may write, as app_config.local_writes is false and there is no token; set app_config.write_token.',
    );
  }
  const local = (await options.localWrite?.()) ?? {
    refusal: 'this runtime cannot tell where it comes from',
  };
  if ('uid' in local) return { name: null, uid: local.uid };
  throw new Problem(
    'forbidden',
    `Without a token a write is accepted from the machine itself only, and not this one: ${local.refusal}. Run curl with sudo on the host, or set app_config.write_token.`,
  );
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
export function describeAccess(app_config: AppConfig): string {
  const { write_token, local_writes } = app_config;
  const read = readsAreOpen(app_config)
    ? 'anyone who reaches the service can read (read_token limits it)'
    : 'reading needs a token';
  const write =
    write_token.length > 0
      ? 'deleting needs a write token'
      : local_writes
        ? "only root and the service's own user on this machine can delete (write_token allows others)"
        : 'nobody can delete (local_writes is false and there is no write_token)';
  return `${read}; ${write}`;
}
