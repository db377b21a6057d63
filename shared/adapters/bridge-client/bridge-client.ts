/** The client of a bridge in another process, on this host or another one. Web standard. */
import * as z from 'zod/mini';
import {
  type Bridge,
  bridgeVersionSchema,
  containersReadingSchema,
  type HostImage,
  type HostReading,
  type HostReadOptions,
  imagesReadingSchema,
  type NodeReading,
  nodeReadingSchema,
  parseHostImage,
  type TimedNodeReading,
} from '../../ports/bridge.ts';
import { CONTAINERS_AFTER_MS } from '../../ports/bridge-bodies.ts';
import { steadyReading, wholeNode } from '../../ports/node-reading.ts';
import { BodyTooLarge } from '../../values/limited-body.ts';
import { parseJson } from '../../values/parse-json.ts';
import { type BridgeAddress, bridgeFlood, noBridgeAnswer } from './bridge-failure.ts';
import type { BridgeAnswer } from './bridge-get.ts';
import {
  type AskBridge,
  type BridgeRequestsOptions,
  createBridgeRequests,
} from './bridge-requests.ts';

/** The bridge accepts no more from crictl. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;
/** How long a bridge without `/v1/node` is not asked for it again; it may be updated meanwhile. */
const ASK_AGAIN_MS = 60_000;

export interface BridgeClientOptions extends BridgeRequestsOptions {
  /**
   * Keeps the last rows, so that the bridge can answer 304 while they are the same: the rows keep their identity, and
   * so do bodies made of them. Not a cache, because each call still asks the bridge. For long-lived processes only.
   */
  readonly keepsRows?: boolean;
  /**
   * Reads an image, or gives the equal one that is there already: many nodes have the same images. By default reads
   * each. Throws ZodError.
   */
  readonly readImage?: (row: unknown) => HostImage;
  /** Milliseconds on a clock that never jumps; default: `performance.now`. */
  readonly now?: () => number;
}

// Images are read one by one, by `readImage`.
const images = z.array(z.unknown());
const imagesBody = z.extend(imagesReadingSchema, { images });
const nodeBody = z.extend(nodeReadingSchema, { images });

type Read<T> = (ask: AskBridge) => Promise<T>;

/** Asks the bridge at `url`. A read whose connection breaks is tried once more. */
export function createBridgeClient(options: BridgeClientOptions): Bridge {
  const { readImage = parseHostImage, keepsRows = false } = options;
  const { now = () => performance.now() } = options;
  const withinDeadline = createBridgeRequests(options);

  /** Makes the function that reads `path`; `rowsOf` finds the rows in its answer. */
  function rowsAt<
    S extends z.ZodMiniType<{ started_at_ms: number; ambiguous?: string[] | undefined }>,
    Row,
  >(
    path: string,
    schema: S,
    rowsOf: (body: z.output<S>) => readonly Row[],
  ): Read<HostReading<Row>> {
    let last: { readonly etag: string; readonly run: Omit<HostReading<Row>, 'ageMs'> } | null =
      null;
    return async (ask) => {
      const known = last;
      return ask({ path, etag: known?.etag }, async (answer) => {
        const ageMs = ageOf(options, answer);
        if (answer.status === 304 && known !== null) return { ...known.run, ageMs };
        const body = await parsed(options, schema, answer);
        const { started_at_ms: startedAtMs, ambiguous } = body;
        const run = { rows: rowsOf(body), startedAtMs, ...doubtOf(ambiguous) };
        const etag = answer.header('etag');
        if (keepsRows && etag !== null) last = { etag, run };
        return { ...run, ageMs };
      });
    };
  }

  function imagesOf(body: { readonly images: readonly unknown[] }): readonly HostImage[] {
    try {
      return body.images.map((row) => readImage(row));
    } catch (cause) {
      throw noBridgeAnswer(options, { cause });
    }
  }

  const readImages = rowsAt('/images', imagesBody, imagesOf);
  const readContainers = rowsAt('/containers', containersReadingSchema, (body) => body.containers);

  let known: { readonly etag: string | undefined; readonly reading: NodeReading } | null = null;
  /** When a bridge that lacks `/v1/node` is asked for it again. */
  let askAgainAtMs = Number.NEGATIVE_INFINITY;

  function kept(reading: NodeReading, etag?: string): NodeReading {
    const steady = steadyReading(reading, known?.reading ?? null);
    if (keepsRows) known = { etag, reading: steady };
    return steady;
  }

  /** Reads `/node`; null if the bridge does not have it. */
  const readNode: Read<TimedNodeReading | null> = async (ask) => {
    const before = known;
    const request = { path: '/node', etag: before?.etag, mayBeMissing: true };
    const askedAtMs = now();
    return ask(request, async (answer) => {
      if (answer.status === 404) {
        await answer.discard();
        return null;
      }
      const ageMs = ageOf(options, answer);
      const afterMs = containersAfterMs(options, answer);
      const timed = (reading: NodeReading): TimedNodeReading => ({
        reading,
        ageMs,
        // The way of the answer counts too, because it is not known how long it was.
        containersAgeMs: afterMs === null ? undefined : Math.max(0, now() - askedAtMs - afterMs),
      });
      if (answer.status === 304 && before !== null) return timed(before.reading);
      const body = await parsed(options, nodeBody, answer);
      const { images: _rows, containers, ambiguous, ...said } = body;
      const { containers_missing, sandbox_unknown, ...facts } = said;
      const doubts = {
        ...doubtOf(ambiguous),
        ...(containers_missing && { containersMissing: true }),
        ...(sandbox_unknown && { sandboxUnknown: true }),
      };
      const reading = { facts, images: imagesOf(body), containers, ...doubts };
      return timed(kept(reading, answer.header('etag') ?? undefined));
    });
  };

  /** A bridge of the previous wire version says images and containers apart, and no facts. */
  const readApart: Read<TimedNodeReading> = async (ask) => {
    const reads = { images: () => readImages(ask), containers: () => readContainers(ask), now };
    const { reading, ageMs } = await wholeNode(reads);
    return { reading: kept(reading), ageMs };
  };

  const node = async (ask: AskBridge): Promise<TimedNodeReading> => {
    const whole = now() < askAgainAtMs ? null : await readNode(ask);
    if (whole !== null) return whole;
    const apart = await readApart(ask);
    if (keepsRows && now() >= askAgainAtMs) askAgainAtMs = now() + ASK_AGAIN_MS;
    return apart;
  };

  const timed =
    <T>(read: Read<T>) =>
    (call: HostReadOptions = {}): Promise<T> =>
      withinDeadline(call, read);
  return {
    configured: true,
    images: timed(readImages),
    containers: timed(readContainers),
    node: timed(node),
    version: timed((ask) =>
      ask({ path: '/version' }, (answer) => parsed(options, bridgeVersionSchema, answer)),
    ),
    // Only a host with a runtime needs a bridge.
    runtimeExpected: () => true,
  };
}

/** @throws Problem bridge_bad_response if it is not what RFC 9111 allows, because times are computed with it */
function ageOf(bridge: BridgeAddress, answer: BridgeAnswer): number {
  const age = answer.header('age') ?? '0';
  if (!/^\d{1,9}$/.test(age)) throw noBridgeAnswer(bridge, {});
  return 1000 * Number(age);
}

/** @throws Problem as `ageOf`. @returns null if the bridge does not say */
function containersAfterMs(bridge: BridgeAddress, answer: BridgeAnswer): number | null {
  const after = answer.header(CONTAINERS_AFTER_MS);
  if (after === null) return null;
  if (!/^-?\d{1,9}$/.test(after)) throw noBridgeAnswer(bridge, {});
  return Number(after);
}

function doubtOf(ambiguous: readonly string[] = []): { readonly ambiguous?: readonly string[] } {
  return ambiguous.length === 0 ? {} : { ambiguous };
}

async function parsed<S extends z.ZodMiniType>(
  bridge: BridgeAddress,
  schema: S,
  answer: BridgeAnswer,
): Promise<z.output<S>> {
  const text = await answer.text(MAX_BODY_BYTES).catch((err: unknown) => {
    if (!(err instanceof BodyTooLarge)) throw err;
    throw bridgeFlood(bridge);
  });
  const result = z.safeParse(schema, parseJson(text));
  if (result.success) return result.data;
  throw noBridgeAnswer(bridge, { cause: result.error });
}
