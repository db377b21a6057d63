/** A service that may have 64 files open, with more work than that allows. */
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { digestOf } from '../../demo/harbor/registry.ts';
import { PROBLEMS } from '../../shared/values/problem.ts';
import { fakeCrictl } from '../fake-crictl/index.ts';
import { NODE } from '../support/bridge.ts';
import { eventually } from '../support/eventually.ts';
import { testFolder } from '../support/folder.ts';
import { killableService } from '../support/killable-service.ts';
import { numberedArtifacts } from './numbered-artifacts.ts';
import { descriptors } from './process-state.ts';
import { recovery } from './recovery.ts';

const MAX_FILES = 64;
const CLIENTS = 60;
const ROUNDS = 4;
const ROWS = 120;
const LIST = '/harbor/artifacts/shop/stable';
const LOCAL = '/local-images';

it('64 file descriptors: every answer is complete or a problem, and all is well afterwards', async () => {
  const crictl = fakeCrictl(NODE);
  onTestFinished(() => crictl.cleanup());
  const folder = testFolder();
  const service = await killableService({
    projects: [
      {
        name: 'shop',
        repositories: {
          stable: numberedArtifacts('stable', ROWS),
          old: numberedArtifacts('old', CLIENTS * ROUNDS),
        },
      },
    ],
    config: {
      app_config: { log_file: join(folder, 'app.log'), log_max_bytes: 20_000 },
      crictl_config: { crictl_path: crictl.path, crictl_sudo: false, crictl_max_age_ms: 0 },
    },
  });
  const { pid, ended } = await service.start({
    maxFiles: MAX_FILES,
    env: { INVOCATION_ID: 'of-a-test' },
  });
  const ask = async (path: string, init: RequestInit = {}): Promise<string> => {
    const answer = await service
      .request(path, { ...init, headers: { connection: 'close' } })
      .catch(() => null);
    return answer === null ? 'no connection' : outcomeOf(answer);
  };
  await expectAllWell(ask);
  const before = descriptors(pid);

  const outcomes: string[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const asked = Array.from({ length: CLIENTS }, (_, client) => [
      ask(LIST),
      ask(LOCAL, { headers: { 'cache-control': 'no-cache' } }),
      ask(`/harbor/artifacts/shop/old/${digestOf(`old ${round * CLIENTS + client}`)}`, {
        method: 'DELETE',
      }),
    ]);
    outcomes.push(...(await Promise.all(asked.flat())));
  }
  await recovery('64 file descriptors', () => expectAllWell(ask));

  const known = ['complete', 'no connection', ...Object.keys(PROBLEMS)];
  expect(outcomes.filter((outcome) => !known.includes(outcome))).toEqual([]);
  expect(outcomes).not.toContain('internal');
  expect(outcomes).toContain('complete');
  expect(outcomes.filter((outcome) => outcome !== 'complete')).not.toEqual([]);
  const rows = await service.settledRows();
  const told = rows.filter(({ outcome }) => outcome === 'deleted').map(({ digest }) => digest);
  const gone = service.standIn.deletions.map(({ digest }) => digest);
  expect(told.toSorted()).toEqual(gone.toSorted());
  await eventually(() => expect(descriptors(pid)).toBeLessThanOrEqual(before + 2));
  expect(await Promise.race([ended, 'still running'])).toBe('still running');
});

/** `complete`, or the code of the problem. */
async function outcomeOf(answer: Response): Promise<string> {
  const body: unknown = await answer.json();
  if (answer.status >= 400) return (body as { readonly code: string }).code;
  const isShort = answer.url.endsWith(LIST) && (body as readonly unknown[]).length !== ROWS;
  return isShort ? 'short' : 'complete';
}

async function expectAllWell(ask: (path: string) => Promise<string>): Promise<void> {
  expect([await ask(LIST), await ask(LOCAL)]).toEqual(['complete', 'complete']);
}
