/** GET /usage of a client that leaves: nothing of its request is left over, which would end the process. */
import { expect, it, onTestFinished } from 'vitest';
import { DEMO_ACCOUNT, demoRegistry } from '../../demo/registry.ts';
import { eventually } from '../support/eventually.ts';
import { nodesOf } from '../support/nodes.ts';
import { createService } from '../support/service.ts';

const USAGE = '/usage/platform/apps/web/frontend/stable';

it('survives clients that leave while they wait for their turn', async () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => unhandled.push(reason);
  process.on('unhandledRejection', note);
  onTestFinished(() => void process.off('unhandledRejection', note));
  const { get, standIn } = createService({
    harbor: { registry: demoRegistry(), faults: () => ({ hang: true }) },
    nodes: nodesOf({ 'node-1': { images: [] } }),
    config: {
      harbor_config: {
        harbor_username: DEMO_ACCOUNT.name,
        harbor_password: DEMO_ACCOUNT.password,
        harbor_concurrency: 1,
      },
    },
  });
  const client = new AbortController();
  const asked = [1, 2].map(() => get(USAGE, { signal: client.signal }));
  await eventually(() => expect(standIn?.calls.length).toBeGreaterThan(1));
  client.abort('Error: aborted');
  const statuses = (await Promise.all(asked)).map(({ status }) => status);
  await new Promise((resolve) => setTimeout(resolve, 50)); // Node tells of such rejections afterwards

  expect(statuses).toEqual([499, 499]);
  expect(unhandled).toEqual([]);
});
