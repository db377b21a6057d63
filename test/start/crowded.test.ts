/** A router with many clients at once, as a real process over real sockets. */
import { expect, it, onTestFinished } from 'vitest';
import { GENERATED_ACCOUNT, oneRepository } from '../../demo/harbor/generate.ts';
import { createHarborStandIn } from '../../demo/harbor/stand-in.ts';
import { freePort } from '../real/free-port.ts';
import { startProcess } from '../support/processes.ts';

const ROWS = 150;
const LIST = '/harbor/artifacts/project-000/repository-000';

it.each([40, 200])(
  'answers %i clients at once that ask for a long list',
  async (clients) => {
    const url = await startRouter();

    const totals = await Promise.all(
      Array.from({ length: clients }, async () => {
        const answer = await fetch(url + LIST);
        const rows = (await answer.json()) as readonly unknown[];
        return [answer.status, rows.length];
      }),
    );

    expect(totals).toEqual(Array(clients).fill([200, ROWS]));
  },
  120_000,
);

async function startRouter(): Promise<string> {
  const standIn = createHarborStandIn({ registry: oneRepository(ROWS) });
  const harbor = await standIn.listen();
  onTestFinished(() => harbor.close());
  const app_port = await freePort();
  const router = startProcess('router', {
    config: {
      app_config: { app_port },
      harbor_config: {
        harbor_host: harbor.url,
        harbor_username: GENERATED_ACCOUNT.name,
        harbor_password: GENERATED_ACCOUNT.password,
        harbor_timeout_ms: 100_000, // so long may one wait for its turn on a busy machine
      },
    },
  });
  await router.listening;
  return `http://127.0.0.1:${app_port}`;
}
