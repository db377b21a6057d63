/** The password of the service's account is changed in Harbor, and changed back, while clients ask all the time. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { LOGIN_LOCK_MS } from '../../../demo/harbor/logins.ts';
import { Registry } from '../../../demo/harbor/registry.ts';
import { createHarborStandIn } from '../../../demo/harbor/stand-in.ts';
import { bodyOf } from '../../support/body.ts';
import { serveHarbor, startHarborService } from '../harbor-service.ts';
import { recovery } from '../recovery.ts';

const NAME = 'keeper';
const [OLD, NEW] = ['the-old-password', 'the-new-password'];
/** Then the service has noticed that the password is wrong. */
const NOTICED_MS = 12_000;
const OBSERVED_MS = 12_000;

const basic = (password: string) =>
  `Basic ${Buffer.from(`${NAME}:${password}`).toString('base64')}`;

/** A service that works, and its Harbor, in which wrong passwords lock the account. */
async function workingService() {
  const members = { [NAME]: 'maintainer' } as const;
  const repositories = { web: [{ tags: ['v1'] }, { tags: ['v2'] }] };
  const registry = new Registry({
    accounts: [{ name: NAME, password: OLD, kind: 'user' }],
    projects: [
      { name: 'library', public: true, members, repositories },
      { name: 'team', members, repositories },
    ],
  });
  const standIn = createHarborStandIn({ registry, loginLockMs: LOGIN_LOCK_MS });
  const harbor = await serveHarbor(standIn);
  const service = await startHarborService({
    config: {
      harbor_config: {
        harbor_host: harbor.url,
        harbor_username: NAME,
        harbor_password: OLD,
        harbor_timeout_ms: 5000,
      },
    },
  });
  const works = async () => {
    const answer = await service.get('/harbor/projects');
    expect([answer.status, await answer.json()]).toMatchObject([
      200,
      [{ name: 'library' }, { name: 'team' }],
    ]);
  };
  await works();
  return { ...service, registry, standIn, works };
}

/** Asks one request after another until it is stopped. @returns status and code of each answer, each once */
function askAllTheTime(ask: () => Promise<Response>) {
  const seen = new Set<string>();
  let isOver = false;
  const work = async (): Promise<void> => {
    while (!isOver) {
      const answer = await ask();
      seen.add(`${answer.status} ${(await bodyOf(answer)).code}`);
      await sleep(20);
    }
  };
  const working = work();
  return async (): Promise<readonly string[]> => {
    isOver = true;
    await working;
    return [...seen].toSorted();
  };
}

it('a revoked password is never a short list, hardly locks the account, and works again once it is restored', async () => {
  const { registry, standIn, get, remove, works, rows, intended } = await workingService();
  registry.changePassword(NAME, NEW);
  const stops = [
    askAllTheTime(() => get('/harbor/projects')),
    askAllTheTime(() => get('/harbor/artifacts/team/web')),
    askAllTheTime(() => remove('team/web/v1')),
  ];
  await sleep(NOTICED_MS);
  standIn.calls.splice(0);
  let logins = 0;
  let refused = 0;
  const endsAt = performance.now() + OBSERVED_MS;
  // Somebody who knows the new password.
  while (performance.now() < endsAt) {
    const url = 'http://harbor/api/v2.0/projects?project_name=library';
    const login = await standIn.fetch(url, {
      method: 'HEAD',
      headers: { authorization: basic(NEW ?? '') },
    });
    logins += 1;
    if (login.status === 401) refused += 1;
    await sleep(100);
  }
  const wrong = standIn.calls.filter(
    ({ headers }) => headers['authorization'] === basic(OLD ?? ''),
  );
  const answers = await Promise.all(stops.map((stop) => stop()));

  expect(answers).toEqual([
    ['502 harbor_unauthorized'],
    ['502 harbor_unauthorized'],
    ['502 harbor_unauthorized'],
  ]);
  expect(wrong.length).toBeLessThan(15);
  expect(refused / logins).toBeLessThan(0.5);
  expect(intended()).toEqual([]);
  expect(registry.artifact('team', 'web', 'v1')).toBeDefined();

  registry.changePassword(NAME, OLD ?? '');
  await recovery('the password is restored', works);
  await remove('team/web/v1');
  expect(await rows()).toMatchObject([{ reference: 'v1', outcome: 'deleted' }]);
});
