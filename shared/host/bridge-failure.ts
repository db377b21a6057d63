/** What goes wrong between the router and its bridge, as problems that say what to do. Web standard. */
import { readText } from '../limited-body.ts';
import { PROBLEMS, Problem, type ProblemCode } from '../problem.ts';

const MAX_PROBLEM_BYTES = 64 * 1024;

/** What a bridge says of its host, and the caller is to read unchanged. */
const PASSED_ON: readonly ProblemCode[] = [
  'crictl_not_found',
  'crictl_permission_denied',
  'runtime_unreachable',
  'crictl_timeout',
  'crictl_bad_output',
  'overloaded',
  'rate_limited',
];

/** The problem of an answer that is neither 200 nor 304. */
export async function bridgeRefusal(name: string, response: Response): Promise<Problem> {
  const { status, headers } = response;
  const body = await readProblem(response);
  const code = PASSED_ON.find((known) => known === body?.code && PROBLEMS[known][0] === status);
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
        'here and at the bridge.',
    );
  }
  if (body?.code === 'internal') {
    return new Problem(
      'bridge_unavailable',
      `The bridge at ${name} failed; its log tells why under this request_id.`,
    );
  }
  return new Problem(
    'bridge_unavailable',
    `What answers at ${name} is no bridge of this version (status ${status}). Correct ` +
      'bridge_config.bridge_url, or bring router and bridge to the same version.',
  );
}

async function readProblem(response: Response): Promise<Partial<Record<string, unknown>> | null> {
  const type = response.headers.get('content-type') ?? '';
  // What cannot be read of a refusal is not worth more than its status.
  const text = await readText(response, MAX_PROBLEM_BYTES).catch(() => '');
  if (!type.startsWith('application/problem+json')) return null;
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? { ...body } : null;
  } catch {
    return null; // cut off, or no JSON: the status has to do
  }
}

const NOT_THERE =
  'nothing answers there. Start the bridge (npm run start:bridge, or systemctl start ' +
  'image-api-bridge.socket), or correct bridge_config.bridge_url.';
/** What the operator can do about a failed connection, by the codes and sentences of the runtimes. */
const MENDS: readonly (readonly [sign: RegExp, what: string])[] = [
  [/ECONNREFUSED|ENOENT/, NOT_THERE],
  [
    /EACCES|EPERM/,
    "its socket may not be opened by this user. Make the user a member of the socket's group.",
  ],
  [
    /CERT_|certificate|self.signed|ALTNAME|UNABLE_TO_|ERR_TLS|ERR_SSL|EPROTO|WRONG_VERSION|\bTLS\b/i,
    'its certificate is not trusted, or it speaks no TLS. Set bridge_config.bridge_ca_file to the ' +
      'PEM file of the authority that signed it, and bridge_url to https or http as the bridge has it.',
  ],
  [
    /EAGAIN|ECONNRESET|EPIPE|other side closed/,
    'it takes no more connections, or closes them. See its log; a bridge with TLS needs https in bridge_config.bridge_url.',
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
    ? `it did not answer within ${bridge.timeoutMs} ms. See its log, and whether its machine is overloaded.`
    : (MENDS.find(([sign]) => sign.test(signsOf(cause)))?.[1] ?? NOT_THERE);
  return new Problem(
    'bridge_unavailable',
    `The bridge at ${bridge.name} cannot be reached: ${what}`,
    { cause },
  );
}

/** Codes and sentences of an error and its causes. */
function signsOf(err: unknown): string {
  if (!(err instanceof Error)) return '';
  const code = 'code' in err && typeof err.code === 'string' ? err.code : '';
  return `${code} ${err.message}\n${signsOf(err.cause)}`;
}
