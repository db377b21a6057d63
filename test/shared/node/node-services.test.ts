import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseHarborDelivery } from '../../../shared/domain/webhooks/harbor-event.ts';
import { createNodeServices } from '../../../shared/node/node-services.ts';
import type { HostReadOptions } from '../../../shared/ports/bridge.ts';
import { configurationOf } from '../../support/configuration.ts';
import { eventually } from '../../support/eventually.ts';
import { bridgeOf } from '../../support/host-rows.ts';
import { memoryLog } from '../../support/log.ts';

/** Never answers; rejects when its caller gives up. */
const hang = ({ signal }: HostReadOptions = {}) =>
  new Promise<never>((_, reject) => {
    signal?.().addEventListener('abort', () => reject(new Error('given up')));
  });
const HANGING = bridgeOf({ images: hang, containers: hang });

function withDelivery() {
  const { logger, lines } = memoryLog();
  const { services, close } = createNodeServices({
    configuration: configurationOf({ ignore_file_path: '/nonexistent.txt' }),
    logger,
    bridge: HANGING,
    environment: {},
    watching: false,
  });
  const delivery = parseHarborDelivery({
    type: 'DELETE_ARTIFACT',
    occur_at: 1,
    event_data: {
      resources: [{ digest: `sha256:${'a'.repeat(64)}`, tag: 'v1' }],
      repository: { repo_full_name: 'shop/web' },
    },
  });
  services.deliveries.take(delivery, 'request-1');
  const told = () => lines.filter(({ effect }) => effect === 'unknown').length;
  return { close, told };
}

describe('a stop', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('sends the remaining notifications after the last request', async () => {
    const { close, told } = withDelivery();
    let serve = (): void => undefined;
    const served = new Promise<void>((resolve) => (serve = resolve));
    const closed = close(served);
    await vi.advanceTimersByTimeAsync(2_000);
    const before = told();
    serve();
    const ended = vi.fn();
    closed.then(ended);
    await eventually(async () => {
      await vi.advanceTimersByTimeAsync(500); // the work pauses for others
      expect(ended).toHaveBeenCalledOnce();
    });

    expect([before, told()]).toEqual([0, 1]);
  });

  it('sends them in time while a request hangs', async () => {
    const { close, told } = withDelivery();
    const ended = vi.fn();
    close(new Promise<void>((resolve) => setTimeout(resolve, 9_000))).then(ended);
    await vi.advanceTimersByTimeAsync(7_200);
    await eventually(() => expect(told()).toBe(1));
    expect(ended).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(2_000);

    await eventually(() => expect(ended).toHaveBeenCalledOnce());
  });
});
