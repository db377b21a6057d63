/** Turns failures between the router and its bridge into problems that say what to do. Web standard. */
import { isRecord } from '../is-record.ts';
import { readText } from '../limited-body.ts';
import { parseJson } from '../parse-json.ts';
import { PROBLEMS, Problem, type ProblemCode } from '../problem.ts';

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

/** The problem of an answer that is neither 200 nor 304. */
export async function bridgeRefusal(name: string, response: Response): Promise<Problem> {
  const { status, headers } = response;
  const body = await readProblem(response);
  const code = HOST_PROBLEMS.find((known) => known === body?.code && PROBLEMS[known][0] === status);
  if (code !== undefined && typeof body?.detail === 'string') {
    const retryAfter = headers.get('retry-after');
    return new Problem(code, body.detail, {
      headers: retryAfter === null ? {} : { 'Retry-After': retryAfter },
    });
  }
  if (status === 401) {
    return new Problem(
      'bridge_unauthorized',
      `The bridge at ${name} refused the token. Set bridge_config.bridge_token to the same value ` +
        'here and on the bridge.',
    );
  }
  if (body?.code === 'internal') {
    return new Problem(
      'bridge_unavailable',
      `The bridge at ${name} failed. Search its log for this request_id.`,
    );
  }
  return new Problem(
    'bridge_unavailable',
    `The server at ${name} is not a bridge of this version (status ${status}). Correct ` +
      'bridge_config.bridge_url, or update the router and the bridge to the same version.',
  );
}

async function readProblem(response: Response): Promise<Readonly<Record<string, unknown>> | null> {
  const type = response.headers.get('content-type') ?? '';
  // Without a body, or with one that is cut off, only the status is used.
  const text = await readText(response, MAX_PROBLEM_BYTES).catch(() => '');
  const body = type.startsWith('application/problem+json') ? parseJson(text) : null;
  return isRecord(body) ? body : null;
}

const NOTHING_LISTENS =
  'nothing listens there. Start the bridge (npm run start:bridge, or systemctl start ' +
  'image-api-bridge.socket), or correct bridge_config.bridge_url.';
const UNKNOWN_FAILURE = 'the connection failed. See the log for the cause.';
/** Reasons for a failed connection and their remedies, by the codes and messages of the runtimes. */
const CONNECTION_FAILURES: readonly (readonly [sign: RegExp, remedy: string])[] = [
  [/ECONNREFUSED|ENOENT|connection ?refused|unable to connect/i, NOTHING_LISTENS],
  [
    /CONNECT_TIMEOUT|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH/,
    'its host does not answer. Check bridge_config.bridge_url, the network and firewalls.',
  ],
  [/EACCES|EPERM/, "this user may not open its socket. Add the user to the socket's group."],
  [
    /CERT_|certificate|self.signed|ALTNAME|UNABLE_TO_|ERR_TLS|ERR_SSL|EPROTO|WRONG_VERSION|\bTLS\b/i,
    'its certificate is not trusted, or it does not use TLS. Set bridge_config.bridge_ca_file to ' +
      'the PEM file of the authority that signed the certificate, or correct the scheme of bridge_url.',
  ],
  [
    /EAGAIN|ECONNRESET|EPIPE|other side closed|connection lost/,
    'it refuses or closes connections. See its log. A bridge with TLS needs https in bridge_config.bridge_url.',
  ],
  [
    /ENOTFOUND|EAI_|\bdns\b|name resolution|failed to lookup/i,
    'its name cannot be resolved. Check bridge_config.bridge_url and DNS.',
  ],
];

/** The problem of a call for which `fetch`, or reading its body, was rejected with `cause`. */
export function bridgeUnreachable(
  bridge: { readonly name: string; readonly timeoutMs: number },
  cause: unknown,
  timedOut: boolean,
): Problem {
  const what = timedOut
    ? `it did not answer within ${bridge.timeoutMs} ms. See its log, and check whether its machine is overloaded.`
    : (CONNECTION_FAILURES.find(([sign]) => sign.test(textOf(cause)))?.[1] ?? UNKNOWN_FAILURE);
  return new Problem(
    'bridge_unavailable',
    `The bridge at ${bridge.name} cannot be reached: ${what}`,
    { cause },
  );
}

/** Codes and messages of an error and its causes. */
function textOf(err: unknown): string {
  if (!(err instanceof Error)) return '';
  const code = 'code' in err && typeof err.code === 'string' ? err.code : '';
  return `${code} ${err.message}\n${textOf(err.cause)}`;
}
