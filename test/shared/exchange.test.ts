import { describe, expect, it } from 'vitest';
import { parseConfiguration } from '../../shared/configuration/configuration.ts';
import type { Endpoint, Services } from '../../shared/endpoint.ts';
import { Exchange } from '../../shared/exchange.ts';
import { runAlways } from '../../shared/webhooks/answer-once.ts';
import { NO_DELIVERIES } from '../../shared/webhooks/delivery-settings.ts';
import { memoryLog } from '../support/service.ts';

const endpoint: Endpoint = {
  name: 'images',
  method: 'GET',
  path: '/images',
  right: 'read',
  handle: (exchange) => exchange.json([]),
};

/** An exchange whose clock stands where `clock.ms` says. */
function exchangeWithClock() {
  const clock = { ms: 1000 };
  const { configuration } = parseConfiguration({ environment: {} });
  if (configuration === null) throw new Error('the defaults are not valid');
  const services: Services = {
    configuration,
    logger: memoryLog().logger,
    fetch: () => Promise.reject(new Error('no call was expected')),
    bridge: null,
    now: () => clock.ms,
    sleep: () => Promise.resolve(),
    webhooks: NO_DELIVERIES,
    answerOnce: runAlways,
  };
  const exchange = new Exchange(new Request('http://localhost/images'), {
    services,
    endpoint,
    path: '/images',
    segments: [],
    env: undefined,
    defer: () => undefined,
  });
  return { exchange, clock };
}

/** A wait that ends when the test says so. */
function wait() {
  let end: () => void = () => undefined;
  let fail: (err: Error) => void = () => undefined;
  const over = new Promise<void>((resolve, reject) => {
    end = resolve;
    fail = reject;
  });
  return { over, end, fail };
}

describe('upstreamMs', () => {
  it('counts the time of waits that overlap, or lie in each other, once', async () => {
    const { exchange, clock } = exchangeWithClock();
    const host = wait();
    const harbor = wait();
    const both = exchange.upstream(
      Promise.all([exchange.upstream(host.over), exchange.upstream(harbor.over)]),
    );
    clock.ms += 30;
    host.end();
    await host.over;
    clock.ms += 40;
    harbor.end();
    await both;
    expect(exchange.upstreamMs).toBe(70);
  });

  it('adds up waits that follow each other, failed ones too', async () => {
    const { exchange, clock } = exchangeWithClock();
    const failing = wait();
    const failed = exchange.upstream(failing.over).catch(() => 'failed');
    clock.ms += 5;
    failing.fail(new Error('refused'));
    await failed;
    clock.ms += 100;
    const good = wait();
    const waited = exchange.upstream(good.over);
    clock.ms += 7;
    good.end();
    await waited;
    expect(exchange.upstreamMs).toBe(12);
  });
});
