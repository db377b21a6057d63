/** Every registry keeps the promises of the port. */
import { describe, expect, it } from 'vitest';
import { nginxError } from '../../demo/harbor/answer.ts';
import { createVirtualClock } from '../../demo/harbor/clock.ts';
import { Registry as Contents } from '../../demo/harbor/registry.ts';
import { createHarborStandIn } from '../../demo/harbor/stand-in.ts';
import { createHarbor } from '../../shared/adapters/harbor/client.ts';
import { type ContentsReader, plainContents } from '../../shared/adapters/harbor/contents.ts';
import { harborRegistry } from '../../shared/adapters/harbor/harbor-registry.ts';
import { createSharedWork } from '../../shared/adapters/harbor/http/shared-work.ts';
import { allOperations } from '../../shared/adapters/harbor/operations.ts';
import { createSharedContents } from '../../shared/node/sharing/shared-contents.ts';
import { timedBy } from '../shared/adapters/harbor/virtual-harbor.ts';
import { memoryLog } from '../support/log.ts';
import { memoryRegistry } from '../support/memory-registry.ts';
import { PROJECTS, WEB } from './registry-projects.ts';
import { type MakeRegistry, type RegistryGiven, registrySuite } from './registry-suite.ts';

const ACCOUNT = { name: 'keeper', password: 'password-of-the-keeper', kind: 'admin' } as const;
const LOGINS = {
  valid: { username: ACCOUNT.name, password: ACCOUNT.password },
  refused: { username: ACCOUNT.name, password: 'wrong' },
  none: { username: '', password: '' },
} as const;

/** Harbor's client over the stand-in, as one process uses it. */
function overHarbor({ projects, login }: RegistryGiven, sharesContents: boolean) {
  const clock = createVirtualClock();
  const contents = new Contents({ accounts: [ACCOUNT], projects });
  const standIn = createHarborStandIn({ registry: contents, clock, latencyMs: 20 });
  const harbor = createHarbor({
    host: 'http://harbor.example.test',
    ...LOGINS[login],
    fetch: standIn.fetch,
    timeoutMs: 30_000,
    concurrency: 6,
    maxRows: 1000,
    ...timedBy(clock),
    logger: memoryLog().logger,
    shared: createSharedWork({ concurrency: 6, waitMs: 30_000, now: clock.now }),
  });
  const reader: ContentsReader = sharesContents
    ? createSharedContents({ maxAgeMs: 5000, now: clock.now })
    : plainContents;
  const registry = harborRegistry({
    harbor,
    operations: allOperations(reader),
    forget: reader.forget,
    isUnverified: false,
  });
  const goDown = () => {
    standIn.faults = () => ({ answer: nginxError(502) });
  };
  const loseRules = () => {
    standIn.outage = { table: 'immutable_tag_rule' };
  };
  return { registry, contents, goDown, loseRules };
}

const inMemory: MakeRegistry = ({ projects, login }) => {
  const contents = new Contents({ accounts: [], projects });
  const memory = memoryRegistry({ contents, login });
  const goDown = () => {
    memory.isDown = true;
  };
  const loseRules = () => {
    memory.areRulesReadable = false;
  };
  return { registry: memory.registry, contents, goDown, loseRules };
};

describe('Harbor', () => {
  registrySuite((given) => overHarbor(given, false));
});

describe('Harbor with shared contents', () => {
  registrySuite((given) => overHarbor(given, true));

  it('returns the same array as long as it is shared', async () => {
    const { registry, contents } = overHarbor({ projects: PROJECTS, login: 'valid' }, true);
    const { signal } = new AbortController();
    const [one, other] = ['r1', 'r2'].map((id) => registry.session({ id, signal }));
    const first = await one?.readArtifacts(WEB);
    contents.push('shop', 'web', { tags: ['v9'] });
    expect(await other?.readArtifacts(WEB)).toBe(first);
  });
});

describe('the registry in memory', () => {
  registrySuite(inMemory);
});
