/** The client of a bridge in another process, on this host or another one. Web standard. */
import * as z from 'zod/mini';
import { BodyTooLarge, readText } from '../limited-body.ts';
import { parseJson } from '../parse-json.ts';
import { Problem } from '../problem.ts';
import {
  BRIDGE_PATH_VERSION,
  type Bridge,
  bridgeVersionSchema,
  containersReadingSchema,
  type HostReading,
  type HostReadOptions,
  imagesReadingSchema,
} from './bridge.ts';
import { bridgeRefusal, bridgeUnreachable } from './bridge-failure.ts';
import { wholeNode } from './whole-node.ts';

/** The bridge accepts no more from crictl. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;

export interface BridgeClientOptions {
  /** Base URL without a trailing slash. */
  readonly url: string;
  /** The bridge's address in messages. */
  readonly name: string;
  readonly token: string | null;
  readonly fetch: typeof fetch;
  /** How long one request may take, its second try included. */
  readonly timeoutMs: number;
  /**
   * Keeps the last rows, so that the bridge can answer 304 while its run is the same: the rows keep
   * their identity, and so do bodies made of them. Not a cache, because each call still asks the bridge.
   * For long-lived processes only.
   */
  readonly keepsRows?: boolean;
}

interface Call extends HostReadOptions {
  readonly etag?: string | undefined;
}

/** Asks the bridge at `url`. A read whose connection breaks is tried once more. */
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
      const response = await options.fetch(`${options.url}/v${BRIDGE_PATH_VERSION}${path}`, {
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
        return once(); // the bridge restarted, or closed an idle connection at this moment
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
    // Without a Cache-Control, `fetch` adds no-cache to If-None-Match (Fetch, HTTP-network-or-cache).
    headers['Cache-Control'] = fresh ? 'no-cache' : 'max-stale';
    return headers;
  }

  /** Makes the function that reads `path`; `rowsOf` finds the rows in its answer. */
  function reading<
    S extends z.ZodMiniType<{ started_at_ms: number; ambiguous?: string[] | undefined }>,
    Row,
  >(path: string, schema: S, rowsOf: (body: z.output<S>) => readonly Row[]) {
    let last: { readonly etag: string; readonly run: Omit<HostReading<Row>, 'ageMs'> } | null =
      null;
    return async (call: HostReadOptions = {}): Promise<HostReading<Row>> => {
      const known = last;
      return get(path, { ...call, etag: known?.etag }, async (response) => {
        const ageMs = 1000 * (Number(response.headers.get('age')) || 0);
        if (response.status === 304 && known !== null) return { ...known.run, ageMs };
        const body = await parsed(options.name, schema, response);
        const { started_at_ms: startedAtMs, ambiguous = [] } = body;
        const doubt = ambiguous.length === 0 ? {} : { ambiguous };
        const run = { rows: rowsOf(body), startedAtMs, ...doubt };
        const etag = response.headers.get('etag');
        if (options.keepsRows && etag !== null) last = { etag, run };
        return { ...run, ageMs };
      });
    };
  }

  const images = reading('/images', imagesReadingSchema, (body) => body.images);
  const containers = reading('/containers', containersReadingSchema, (body) => body.containers);
  return {
    configured: true,
    images,
    containers,
    node: (call) => wholeNode({ images, containers }, null, call),
    version: (call = {}) =>
      get('/version', call, (response) => parsed(options.name, bridgeVersionSchema, response)),
    // Only a host with a runtime needs a bridge.
    runtimeExpected: () => true,
  };
}

async function parsed<S extends z.ZodMiniType>(
  name: string,
  schema: S,
  response: Response,
): Promise<z.output<S>> {
  const text = await readText(response, MAX_BODY_BYTES).catch((err: unknown) => {
    if (!(err instanceof BodyTooLarge)) throw err;
    throw new Problem(
      'bridge_unavailable',
      `The list of the bridge at ${name} is larger than 64 MiB.`,
    );
  });
  const result = z.safeParse(schema, parseJson(text));
  if (result.success) return result.data;
  throw new Problem(
    'bridge_unavailable',
    `The server at ${name} is not a bridge of this version. Correct bridge_config.bridge_url, ` +
      'or update the router and the bridge to the same version.',
    { cause: result.error },
  );
}
