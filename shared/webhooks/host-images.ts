/** Reads the host's images for a delivery of Harbor's webhooks. */

import type { Bridge, HostImage } from '../host/bridge.ts';
import type { Logger } from '../log/logger.ts';
import { Problem, type ProblemCode } from '../problem.ts';

/** Problems of a busy bridge, which say nothing about the host. */
const BUSY: readonly ProblemCode[] = ['rate_limited', 'overloaded'];
const BUSY_PAUSE_MS = 1_000;

export interface HostReadingOptions {
  readonly images: Bridge['images'];
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly logger: Logger;
}

/**
 * Reads the images by a `crictl` run that begins now. Tries again while the bridge is busy, until
 * the signal aborts.
 * @returns the images, or why they could not be read; never rejects
 */
export async function readHostImages(
  options: HostReadingOptions,
  call: { readonly signal: AbortSignal; readonly requestId: string },
): Promise<readonly HostImage[] | Problem> {
  for (;;) {
    const host = await readOnce(options, call);
    if (!(host instanceof Problem && BUSY.includes(host.code))) return host;
    const isTimeLeft = await options.sleep(BUSY_PAUSE_MS, call.signal).then(
      () => !call.signal.aborted,
      () => false,
    );
    if (!isTimeLeft) return host;
  }
}

async function readOnce(
  { images, logger }: HostReadingOptions,
  { signal, requestId }: { readonly signal: AbortSignal; readonly requestId: string },
): Promise<readonly HostImage[] | Problem> {
  try {
    const { rows } = await images({ fresh: true, signal: () => signal, requestId });
    return rows;
  } catch (err) {
    if (err instanceof Problem) return err;
    if (signal.aborted) return new Problem('crictl_timeout', 'The host did not answer in time.');
    logger.log('ERROR', 'reading the host for a webhook failed', { request_id: requestId, err });
    return new Problem('internal', "Reading the host's images failed; see the log.");
  }
}
