/**
 * A list that claims to be complete is never short or wrong, with any behaviour of Harbor and its network.
 * NEVER_SHORT_RUNS sets how many random cases are tried.
 */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Faults } from '../../../../demo/harbor/faults.ts';
import type { PersonalityName } from '../../../../demo/harbor/personality.ts';
import type { HarborStandIn } from '../../../../demo/harbor/stand-in.ts';
import { listArtifacts } from '../../../../shared/adapters/harbor/artifacts.ts';
import { crawl } from '../../../../shared/adapters/harbor/crawl.ts';
import type { HarborSession } from '../../../../shared/adapters/harbor/http/session.ts';
import { createSharedWork } from '../../../../shared/adapters/harbor/http/shared-work.ts';
import { listProjects } from '../../../../shared/adapters/harbor/project-list.ts';
import { listRepositories } from '../../../../shared/adapters/harbor/repositories.ts';
import { Problem } from '../../../../shared/values/problem.ts';
import type { Slice } from '../../../../shared/values/slice.ts';
import { projectNamed, repositoryNamed } from '../../../support/names.ts';
import {
  askedOf,
  type Event,
  event,
  fault,
  type Login,
  login,
  registry,
  registryOf,
} from './random-harbor.ts';
import {
  type Asked,
  artifactEntry,
  imageEntry,
  projectEntry,
  repositoryEntry,
  type View,
  viewOf,
} from './registry-view.ts';
import { virtualHarbor } from './virtual-harbor.ts';

const RUNS = Number(process.env['NEVER_SHORT_RUNS'] ?? 300);

/** The client's answer; `whole`: it claims that nothing is missing. */
interface Found {
  readonly entries: readonly (readonly [key: string, text: string])[];
  readonly whole: boolean;
  readonly total: number;
}

const slice: fc.Arbitrary<Slice | null> = fc.option(
  fc.record({ page: fc.integer({ min: 1, max: 3 }), pageSize: fc.constantFrom(2, 60, 150) }),
  { freq: 1 },
);

const scenario = fc.record({ who: login, registry }).chain(({ who, registry }) =>
  fc.record({
    who: fc.constant(who),
    registry: fc.constant(registry),
    asked: askedOf(registry),
    slice,
    faults: fc.array(fault(who.account), { maxLength: 25 }),
    events: fc.array(event, { maxLength: 6 }),
    personality: fc.constantFrom<PersonalityName[]>('v2.14.4', 'v2.14.4', 'v2.8.6'),
    latencyMs: fc.constantFrom(0, 5, 40),
    shared: fc.boolean(),
  }),
);

it(
  `no list is short or wrong in ${RUNS} random cases`,
  async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async (given) => {
        const registry = registryOf(given.registry);
        const { who } = given;
        const faults: Faults = ({ number }) => given.faults[number - 1];
        const { standIn, clock, open } = virtualHarbor(
          {
            registry,
            faults,
            personality: given.personality,
            latencyMs: given.latencyMs,
            loginLockMs: 1500,
          },
          {
            username: who.username,
            password: who.password,
            ...(given.shared
              ? { shared: createSharedWork({ concurrency: 6, waitMs: 30_000, now: () => 0 }) }
              : {}),
          },
        );
        const view = () => viewOf(registry, who.account, given.asked);
        const views = [view()];
        const done = new AbortController();
        for (const planned of given.events) {
          const happen = () => {
            apply(planned, standIn);
            views.push(view());
          };
          clock.sleep(planned.atMs, done.signal).then(happen, () => undefined);
        }

        const found = await ask(open(), given.asked, given.slice).catch((err: unknown) => {
          if (err instanceof Problem) return null;
          throw err;
        });

        done.abort();
        if (found !== null) expect(wrongIn(found, views, given)).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  },
  60_000 + RUNS * 100,
);

async function ask(session: HarborSession, what: Asked, slice: Slice | null): Promise<Found> {
  if (what.list === 'crawl') {
    const { rows, errors } = await crawl(session);
    return {
      entries: rows.map(imageEntry).toSorted(),
      whole: errors.length === 0,
      total: rows.length,
    };
  }
  if (what.list === 'projects') {
    const { rows, total } = await listProjects(session, slice);
    return { entries: rows.map(projectEntry), whole: true, total };
  }
  const project = projectNamed(what.project);
  if (what.list === 'repositories') {
    const { rows, total } = await listRepositories(session, project, slice);
    return { entries: rows.map(repositoryEntry), whole: true, total };
  }
  const repository = repositoryNamed(what.repository);
  const { rows, total } = await listArtifacts(session, { project, repository }, slice);
  return { entries: rows.map(artifactEntry), whole: true, total };
}

/** What is wrong with an answer, given every state that the registry was in meanwhile. */
function wrongIn(
  { entries, whole, total }: Found,
  views: readonly View[],
  { who, asked, slice }: { who: Login; asked: Asked; slice: Slice | null },
): readonly string[] {
  const known = views.filter((view) => view !== null);
  const [first] = known;
  if (first === undefined) return ['it answers what it may not see'];
  const isLoginWrong = who.account === null && who.username !== '';
  if (isLoginWrong && (asked.list === 'projects' || asked.list === 'crawl')) {
    return ['it answers with a wrong password'];
  }
  const isUnchanged = new Set(views.map((view) => JSON.stringify(view && [...view]))).size === 1;
  if (isUnchanged && whole) {
    const start = slice === null ? 0 : (slice.page - 1) * slice.pageSize;
    const all = [...first];
    const due = all.slice(start, slice === null ? undefined : start + slice.pageSize);
    const isRight = JSON.stringify(entries) === JSON.stringify(due) && total === all.length;
    return isRight
      ? []
      : [`it is ${JSON.stringify(entries)} of ${total}, not ${JSON.stringify(due)}`];
  }
  const found = new Map(entries);
  const wrong = entries
    .filter(([key, text]) => known.every((view) => view.get(key) !== text))
    .map(([key, text]) => `${key} was never ${text}`);
  if (found.size < entries.length) wrong.push('a row is there twice');
  if (!whole || slice !== null) return wrong;
  const missing = [...first.keys()]
    .filter((key) => known.every((view) => view.has(key)) && !found.has(key))
    .map((key) => `${key} is missing`);
  return [...wrong, ...missing];
}

/** Runs an event, except one that needs something that does not exist any more. */
function apply(planned: Event, standIn: HarborStandIn): void {
  const { registry } = standIn;
  if (planned.what === 'lock') standIn.lockLogin(planned.name);
  if (planned.what === 'outage') standIn.outage = planned.part;
  if (planned.what === 'add project') {
    const name = `new${[...registry.projects()].length}`;
    registry.addProject({ name, public: planned.public });
  }
  if (planned.what === 'delete project') {
    const empty = [...registry.projects()].find(({ repositories }) => repositories.size === 0);
    if (empty !== undefined) registry.deleteProject(empty);
  }
  if (planned.what === 'push' && registry.project('p0') !== undefined) {
    registry.push('p0', 'app', planned.seed);
  }
  const artifacts = registry.repository('p0', 'app')?.artifacts.values() ?? [];
  const artifact = [...artifacts].find(({ parents }) => parents.length === 0);
  const tag = artifact?.tags[0];
  if (planned.what === 'delete artifact' && artifact !== undefined) {
    registry.deleteArtifact(artifact);
  }
  if (planned.what === 'delete tag' && artifact !== undefined && tag !== undefined) {
    registry.deleteTag(artifact, tag.name);
  }
}
