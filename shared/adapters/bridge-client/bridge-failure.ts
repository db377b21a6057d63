/** Turns failures between the router and its bridge into problems that say what to do. Web standard. */
import type { BridgeKeys } from '../../ports/bridge-keys.ts';
import { isRecord } from '../../values/is-record.ts';
import { parseJson } from '../../values/parse-json.ts';
import { PROBLEMS, Problem, type ProblemCode } from '../../values/problem.ts';
import type { BridgeAnswer } from './bridge-get.ts';

const MAX_PROBLEM_BYTES = 64 * 1024;

/** Problems of the host, which the client gets in the bridge's words. */
export const HOST_PROBLEMS: readonly ProblemCode[] = [
  'crictl_not_found',
  'crictl_permission_denied',
  'runtime_unreachable',
  'crictl_timeout',
  'crictl_bad_output',
  'overloaded',
];

/** A bridge in messages. */
export interface BridgeAddress {
  readonly name: string;
  /** The keys of its configuration; default: those of `bridge_config`. */
  readonly keys?: BridgeKeys;
}

export const BRIDGE_KEYS: BridgeKeys = {
  url: 'bridge_config.bridge_url',
  token: 'bridge_config.bridge_token',
  caFile: 'bridge_config.bridge_ca_file',
};

/** The problem of an answer that is neither 200 nor 304. */
export async function bridgeRefusal(
  bridge: BridgeAddress & { readonly token: string | null },
  answer: BridgeAnswer,
): Promise<Problem> {
  const { name, keys = BRIDGE_KEYS, token } = bridge;
  const { status } = answer;
  const body = await readProblem(answer);
  const code = HOST_PROBLEMS.find((known) => known === body?.code && PROBLEMS[known][0] === status);
  if (code !== undefined && typeof body?.detail === 'string') {
    const retryAfter = answer.header('retry-after');
    // A server that is no bridge may answer, and repeat what it was sent.
    const detail = token === null ? body.detail : body.detail.replaceAll(token, '[secret]');
    return new Problem(code, detail, {
      headers: retryAfter === null ? {} : { 'Retry-After': retryAfter },
    });
  }
  if (status === 401) {
    return new Problem(
      'bridge_unauthorized',
      `The bridge at ${name} refused the token. Set ${keys.token} here to the value of ` +
        'bridge_config.bridge_token on the bridge.',
    );
  }
  if (body?.code === 'internal') {
    return new Problem(
      'bridge_unavailable',
      `The bridge at ${name} failed. Search its log for this request_id.`,
    );
  }
  return noBridgeAnswer(bridge, { status });
}

/** The problem of an answer that no bridge gives. */
export function noBridgeAnswer(
  { name, keys = BRIDGE_KEYS }: BridgeAddress,
  what: { readonly status?: number; readonly cause?: unknown },
): Problem {
  const status = what.status === undefined ? '' : ` (status ${what.status})`;
  return new Problem(
    'bridge_bad_response',
    `The server at ${name} is not a bridge of this version${status}. Correct ${keys.url}, or update ` +
      'the router and the bridge to the same version.',
    { cause: what.cause },
  );
}

/** The problem of a list that never ends. */
export function bridgeFlood({ name }: BridgeAddress): Problem {
  const detail = `The list of the bridge at ${name} is larger than 64 MiB.`;
  return new Problem('bridge_bad_response', detail);
}

async function readProblem(
  answer: BridgeAnswer,
): Promise<Readonly<Record<string, unknown>> | null> {
  const type = answer.header('content-type') ?? '';
  // An answer with no body, or one that is cut off, is judged by its status alone.
  const text = await answer.text(MAX_PROBLEM_BYTES).catch(() => '');
  const body = type.startsWith('application/problem+json') ? parseJson(text) : null;
  return isRecord(body) ? body : null;
}

/** Codes and messages of undici's parser. */
const NO_HTTP = /\bHPE_|does not match the HTTP/;
const UNKNOWN_FAILURE = 'the connection failed. See the log for the cause.';
/** Reasons for a failed connection and their remedies, by the codes and messages of the runtimes; the first match wins. */
const CONNECTION_FAILURES: readonly (readonly [
  sign: RegExp,
  remedy: (keys: BridgeKeys) => string,
])[] = [
  [
    /ECONNREFUSED|ENOENT|connection ?refused|unable to connect/i,
    (keys) =>
      'nothing listens there. Start the bridge (npm run start:bridge, or systemctl start ' +
      `image-api-bridge.socket), or correct ${keys.url}.`,
  ],
  [
    /CONNECT_TIMEOUT|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH/,
    (keys) => `its host does not answer. Check ${keys.url}, the network and firewalls.`,
  ],
  [/EACCES|EPERM/, () => "this user may not open its socket. Add the user to the socket's group."],
  [
    /CERT_HAS_EXPIRED|certificate (?:has )?expired|peer certificate: Expired/i,
    () =>
      'its certificate has expired. Renew the certificate of the bridge (bridge_tls_cert) and restart it.',
  ],
  [
    /CERT_NOT_YET_VALID|not yet valid|NotValidYet/i,
    () => 'its certificate is not valid yet. Check the clocks of both hosts.',
  ],
  [
    /ALTNAME|NotValidForName/i,
    (keys) =>
      `its certificate is for another name. Correct ${keys.url}, or the certificate of the bridge.`,
  ],
  [
    /CERT_|certificate|self.signed|UNABLE_TO_|ERR_TLS|ERR_SSL|EPROTO|WRONG_VERSION|InvalidContentType|\bTLS\b/i,
    (keys) =>
      `its certificate is not trusted, or it does not use TLS. ${trustRemedy(keys)}, or correct the ` +
      `scheme of ${keys.url}.`,
  ],
  [
    /internal error; reference =/, // workerd gives the reason to its log only
    () =>
      'this runtime writes the cause only to its own log. If the certificate has expired or is not trusted, ' +
      'renew it, or make this runtime trust the authority that signed it (docs/deployment.md).',
  ],
  [
    /EAGAIN|ECONNRESET|EPIPE|other side closed|connection lost/,
    (keys) =>
      `it refuses or closes connections. See its log. A bridge with TLS needs https in ${keys.url}.`,
  ],
  [
    /ENOTFOUND|EAI_|\bdns\b|name resolution|failed to lookup/i,
    (keys) => `its name cannot be resolved. Check ${keys.url} and DNS.`,
  ],
];

/** How to trust the authority of a bridge's certificate. */
function trustRemedy({ caFile }: BridgeKeys): string {
  return caFile === null
    ? 'Make this runtime trust the authority that signed it (docs/deployment.md)'
    : `Set ${caFile} to the PEM file of the authority that signed it`;
}

/** The problem of a call that was rejected, or whose body could not be read, with `cause`. */
export function bridgeUnreachable(
  { name, keys = BRIDGE_KEYS, timeoutMs }: BridgeAddress & { readonly timeoutMs: number },
  cause: unknown,
  timedOut: boolean,
): Problem {
  if (NO_HTTP.test(textOf(cause))) return noBridgeAnswer({ name, keys }, { cause });
  const remedy = CONNECTION_FAILURES.find(([sign]) => sign.test(textOf(cause)))?.[1];
  const what = timedOut
    ? `it did not answer within ${timeoutMs} ms. See its log, and check whether its machine is overloaded.`
    : (remedy?.(keys) ?? UNKNOWN_FAILURE);
  return new Problem('bridge_unavailable', `The bridge at ${name} cannot be reached: ${what}`, {
    cause,
  });
}

/** Codes and messages of an error and its causes. */
function textOf(err: unknown): string {
  if (!(err instanceof Error)) return '';
  const code = 'code' in err && typeof err.code === 'string' ? err.code : '';
  return `${code} ${err.message}\n${textOf(err.cause)}`;
}
