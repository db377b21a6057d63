/** Calls POST /harbor/cleanup of a service in another process. */

import * as z from 'zod/mini';
import { closeDispatcher } from '../upstreams/close-dispatcher.ts';
import { Agent, fetch as undiciFetch } from '../upstreams/undici.ts';
import type { CleanupTarget } from './cleanup-settings.ts';

/** A large registry takes minutes to list. */
const ANSWER_MS = 15 * 60_000;
/** The service sends a comment every 15 s. */
const SILENCE_MS = 60_000;

const problemSchema = z.object({ code: z.string(), detail: z.string() });

/** The service refused, or could not be called. */
export class CleanupRefused extends Error {
  override readonly name = 'CleanupRefused';
  /** Its code; null if it did not answer a problem. */
  readonly code: string | null;

  constructor(code: string | null, detail: string) {
    super(detail);
    this.code = code;
  }
}

interface CleanupCall {
  readonly body: object;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface CleanupClient {
  /** @throws CleanupRefused unless the answer is 200 */
  call(call: CleanupCall): Promise<Awaited<ReturnType<typeof undiciFetch>>>;
  close(): Promise<void>;
}

export function createCleanupClient(target: CleanupTarget): CleanupClient {
  const limits = { headersTimeout: ANSWER_MS, bodyTimeout: SILENCE_MS };
  const dispatcher = new Agent(
    target.kind === 'unix' ? { ...limits, connect: { socketPath: target.path } } : limits,
  );
  const base = target.kind === 'unix' ? 'http://localhost' : target.url;
  const token = target.kind === 'url' ? target.token : null;
  return {
    async call({ body, headers = {} }) {
      const response = await undiciFetch(`${base}/harbor/cleanup`, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: {
          'content-type': 'application/json',
          ...(token !== null && { authorization: `Bearer ${token}` }),
          ...headers,
        },
        redirect: 'error',
        dispatcher,
      }).catch((err: Error) => {
        const where = target.kind === 'unix' ? target.path : target.url;
        const why = err.cause instanceof Error ? err.cause.message : err.message;
        throw new CleanupRefused(null, `The service at ${where} cannot be called: ${why}`);
      });
      if (response.status === 200) return response;
      const problem = problemSchema.safeParse(await response.json().catch(() => null));
      if (problem.success) throw new CleanupRefused(problem.data.code, problem.data.detail);
      const detail = `The answer has the status ${response.status}, and is not from the service. Check the address and any proxy in front of it.`;
      throw new CleanupRefused(null, detail);
    },
    close: () => closeDispatcher(dispatcher),
  };
}
