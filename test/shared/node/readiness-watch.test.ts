import { expect, it, onTestFinished } from 'vitest';
import { DEMO_ACCOUNT, demoRegistry } from '../../../demo/registry.ts';
import { watchReadiness } from '../../../shared/node/readiness-watch.ts';
import { sleep } from '../../../shared/values/waiting/sleep.ts';
import { recordedAnswers } from '../../fake-crictl/recorded.ts';
import { eventually } from '../../support/eventually.ts';
import { createService } from '../../support/service.ts';

/** Watches a host that works and a Harbor that takes `password` or not; the pauses before further looks. */
async function pausesWith(password: string): Promise<readonly number[]> {
  const { services } = createService({
    harbor: { registry: demoRegistry() },
    crictl: recordedAnswers('v1.33.0-containerd-1.7.24'),
    config: { harbor_config: { harbor_username: DEMO_ACCOUNT.name, harbor_password: password } },
  });
  const pauses: number[] = [];
  const watch = watchReadiness({
    ...services,
    sleep: (ms, signal) => {
      pauses.push(ms);
      return sleep(ms, signal);
    },
  });
  onTestFinished(() => watch.stop());
  await eventually(() => expect(watch.current().status).not.toBe('starting'));
  // The first one is before all checks.
  return pauses.filter((ms) => ms > 2000).toSorted((a, b) => a - b);
}

it('checks early enough for answers that are at most 10 s old, including the time of the check', async () => {
  expect(await pausesWith(DEMO_ACCOUNT.password)).toEqual([7500, 7500]);
});

it('checks Harbor only once a minute after it refused the credentials twice in a row', async () => {
  const { services } = createService({
    harbor: { registry: demoRegistry() },
    config: {
      harbor_config: { harbor_username: DEMO_ACCOUNT.name, harbor_password: 'wrong-password' },
    },
  });
  const pauses: number[] = [];
  const watch = watchReadiness({
    ...services,
    sleep: (ms, signal) => {
      if (ms <= 2000) return sleep(ms, signal);
      pauses.push(ms);
      // The first pause of the host, and the first of Harbor.
      return pauses.length <= 2 ? Promise.resolve() : sleep(ms, signal);
    },
  });
  onTestFinished(() => watch.stop());
  await eventually(() => expect(pauses).toContain(57_500));

  expect(pauses.filter((ms) => ms < 57_500).length).toBeGreaterThanOrEqual(2);
});

it('logs nothing about a check that a stop has cancelled', async () => {
  const { services, log } = createService({ crictl: { images: { hang: true } } });
  log.length = 0;
  const watch = watchReadiness({ ...services, sleep });
  await sleep(50);
  watch.stop();
  await sleep(50);

  expect(log).toEqual([]);
});

it('gives each check a signal of its own, because Node 20 keeps what is derived from a lasting one', async () => {
  const { services } = createService({ crictl: recordedAnswers('v1.33.0-containerd-1.7.24') });
  const signals: AbortSignal[] = [];
  const watch = watchReadiness({
    ...services,
    sleep: (ms, signal) => {
      if (ms <= 2000) return sleep(ms, signal);
      if (signal !== undefined) signals.push(signal);
      return signals.length < 6 ? Promise.resolve() : sleep(ms, signal);
    },
  });
  onTestFinished(() => watch.stop());
  await eventually(() => expect(signals.length).toBeGreaterThanOrEqual(6));

  expect(new Set(signals).size).toBe(signals.length);
});
