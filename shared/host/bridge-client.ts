/** The bridge over HTTP: what asks another process, here or elsewhere, for its host's images. Web standard. */
import * as z from 'zod/mini';
import { readText } from '../limited-body.ts';
import { Problem } from '../problem.ts';
import {
  BRIDGE_WIRE_VERSION,
  type Bridge,
  bridgeVersionSchema,
  containersAnswerSchema,
  type HostReading,
  type HostReadOptions,
  imagesAnswerSchema,
} from './bridge.ts';
import { bridgeRefusal, bridgeUnreachable } from './bridge-failure.ts';

/** As much as the bridge takes from crictl. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;

export interface BridgeClientOptions {
  /** Base URL without a trailing slash. */
  readonly url: string;
  /** What the configuration calls the bridge, for messages. */
  readonly name: string;
  readonly token: string | null;
  readonly fetch: typeof fetch;
  /** How long one request may take, tries included. */
  readonly timeoutMs: number;
  /**
   * Lets the bridge say that its last run's rows are known here (304): they keep their identity, and
   * bodies made of them can be kept. Not a cache: each call asks. Long-lived processes only.
   */
  readonly keepsRows?: boolean;
}

interface Call extends HostReadOptions {
  readonly etag?: string | undefined;
}

/** Asks the bridge at `url`; a read that the connection broke off is tried once more. */
export function createBridgeClient(options: BridgeClientOptions): Bridge {
  async function get<T>(
    path: string,
    call: Call,
    take: (response: Response) => Promise<T>,
  ): Promise<T> {
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), options.timeoutMs);
    const left = call.signal?.();
    const signal = left ? AbortSignal.any([left, controller.signal]) : controller.signal;
    const once = async () => {
      const response = await options.fetch(`${options.url}/v${BRIDGE_WIRE_VERSION}${path}`, {
        headers: headersOf(call),
        redirect: 'manual', // the token never follows a redirect
        signal,
      });
      if (response.status === 200 || response.status === 304) return take(response);
      throw await bridgeRefusal(options.name, response);
    };
    try {
      return await once().catch((err: unknown) => {
        if (err instanceof Problem || signal.aborted) throw err;
        return once(); // a bridge that was restarted, or closed a kept connection just then
      });
    } catch (err) {
      if (err instanceof Problem) throw err;
      left?.throwIfAborted();
      throw bridgeUnreachable(options, err, controller.signal.aborted);
    } finally {
      clearTimeout(timer);
    }
  }

  function headersOf({ fresh, requestId, etag }: Call): Record<string, string> {
    const headers: Record<string, string> = { Accept: 'application/json' };
    if (options.token !== null) headers['Authorization'] = `Bearer ${options.token}`;
    if (requestId !== undefined) headers['X-Request-Id'] = requestId;
    if (etag !== undefined) headers['If-None-Match'] = etag;
    // With If-None-Match, `fetch` adds no-cache where nothing is said (Fetch, HTTP-network-or-cache).
    headers['Cache-Control'] = fresh ? 'no-cache' : 'max-stale';
    return headers;
  }

  /** Reads an answer of `path` by its schema; `rowsOf` finds the rows in it. */
  function reading<S extends z.ZodMiniType<{ started_at_ms: number }>, Row>(
    path: string,
    schema: S,
    rowsOf: (body: z.output<S>) => readonly Row[],
  ) {
    let last: { readonly etag: string; readonly run: Omit<HostReading<Row>, 'ageMs'> } | null =
      null;
    return async (call: HostReadOptions = {}): Promise<HostReading<Row>> => {
      const known = last;
      return get(path, { ...call, etag: known?.etag }, async (response) => {
        const ageMs = 1000 * (Number(response.headers.get('age')) || 0);
        if (response.status === 304 && known !== null) return { ...known.run, ageMs };
        const body = await parsed(options.name, schema, response);
        const run = { rows: rowsOf(body), startedAtMs: body.started_at_ms };
        const etag = response.headers.get('etag');
        if (options.keepsRows && etag !== null) last = { etag, run };
        return { ...run, ageMs };
      });
    };
  }

  return {
    images: reading('/images', imagesAnswerSchema, (body) => body.images),
    containers: reading('/containers', containersAnswerSchema, (body) => body.containers),
    version: (call = {}) =>
      get('/version', call, (response) => parsed(options.name, bridgeVersionSchema, response)),
    // Whoever names a bridge has a host in mind.
    runtimeExpected: () => true,
  };
}

async function parsed<S extends z.ZodMiniType>(
  name: string,
  schema: S,
  response: Response,
): Promise<z.output<S>> {
  const text = await readText(response, MAX_BODY_BYTES);
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    body = undefined; // no JSON is no answer either
  }
  const result = z.safeParse(schema, body);
  if (result.success) return result.data;
  throw new Problem(
    'bridge_unavailable',
    `What answers at ${name} is no bridge of this version. Correct bridge_config.bridge_url, ` +
      'or bring router and bridge to the same version.',
    { cause: result.error },
  );
}
