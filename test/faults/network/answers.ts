/** What a client gets for a request, and what is wrong with it if it is no answer of this service. */
import { PROBLEMS } from '../../../shared/values/problem.ts';

/** A whole answer. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>> | readonly Readonly<Record<string, unknown>>[];
}

/** What came of a request. Without an answer: why its client had none. */
export type Seen =
  | { readonly answer: Answer; readonly cut: null }
  | { readonly answer: null; readonly cut: string };

export interface Asking {
  readonly method?: string;
  readonly token?: string;
  readonly ifMatch?: string;
  readonly body?: object;
  /** How long the client waits. */
  readonly patienceMs: number;
}

/** Sends a request, and reads the answer to its end. Never rejects. */
export async function ask(url: string, asking: Asking): Promise<Seen> {
  const { method = 'GET', token, ifMatch, body, patienceMs } = asking;
  try {
    const response = await fetch(url, {
      method,
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(ifMatch && { 'if-match': ifMatch }),
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(patienceMs),
    });
    const { status, headers } = response;
    return { answer: { status, headers, body: JSON.parse(await response.text()) }, cut: null };
  } catch (err) {
    return { answer: null, cut: err instanceof Error ? `${err.name}: ${err.message}` : 'unknown' };
  }
}

/** The problem document of an answer other than success; what is wrong with it otherwise. */
export function problemIn({ status, headers, body }: Answer): Problem | string {
  const { code, detail, outcome = null } = body as Readonly<Record<string, unknown>>;
  const type = headers.get('content-type') ?? '';
  if (!type.startsWith('application/problem+json')) return `${status} is of the type ${type}`;
  if (!isCode(code)) return `${status} has the code ${code}`;
  if (PROBLEMS[code][0] !== status) return `${status} has the code ${code} of another status`;
  if (typeof detail !== 'string' || detail === '') return `${code} has no detail`;
  return { code, outcome };
}

export interface Problem {
  readonly code: keyof typeof PROBLEMS;
  readonly outcome: unknown;
}

function isCode(code: unknown): code is keyof typeof PROBLEMS {
  return typeof code === 'string' && Object.hasOwn(PROBLEMS, code);
}

/** Whether a member of an answer that is not a problem has a code of the closed list. */
export function hasKnownCode(error: unknown): boolean {
  return isCode((error as { readonly code?: unknown } | null)?.code);
}
