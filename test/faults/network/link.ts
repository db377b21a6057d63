/** Every fault of the network on one link, while clients list, compare, delete and clean. */
import { beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { atEndOfTests } from '../../support/folder.ts';
import { descriptors, residentMb } from '../process-state.ts';
import { recovery } from '../recovery.ts';
import {
  applyCleanup,
  gone,
  planCleanup,
  pushDoomed,
  remove,
  wrongInCleanup,
  wrongInDeletion,
  wrongInJournal,
} from './deletions.ts';
import { begin, end, NETWORK_FAULTS, type NetworkFault } from './network-faults.ts';
import { list, overNodes, readTruth, type Truth } from './reads.ts';
import { type Link, startWorld, type World } from './world.ts';

/** Connections that are kept for the next calls, and files of the log and the journal. */
const KEPT_DESCRIPTORS = 40;
/** Node frees memory when it likes. */
const KEPT_MB = 150;

/** Defines the tests of a link. All of them use the same processes, one after another. */
export function describeLink(link: Link): void {
  describe(`the network of the link: ${link}`, () => {
    let world: World;
    let truth: Truth;
    let before: readonly { readonly descriptors: number; readonly mb: number }[];
    const state = () =>
      world.pids.map((pid) => ({ descriptors: descriptors(pid), mb: residentMb(pid) }));

    const atEnd = atEndOfTests();

    beforeAll(async () => {
      world = await startWorld({ link, atEnd });
      truth = await eventually(() => readTruth(world));
      before = state();
    });

    it.each(NETWORK_FAULTS)('%s: every answer is complete or a problem', async (fault) => {
      expect(await underFault(world, { fault, truth })).toEqual([]);
    });

    it('has given back descriptors and memory', async () => {
      const most = (one: (typeof before)[number]) => ({
        descriptors: one.descriptors + KEPT_DESCRIPTORS,
        mb: one.mb + KEPT_MB,
      });
      await eventually(() =>
        expect(
          state().filter((now, index) => {
            const limit = most(before[index] ?? now);
            return now.descriptors > limit.descriptors || now.mb > limit.mb;
          }),
        ).toEqual([]),
      );
    });
  });
}

interface UnderFault {
  readonly fault: NetworkFault;
  readonly truth: Truth;
}

/** What was wrong during a fault, and after it. Prints how long the service took to recover. */
async function underFault(world: World, { fault, truth }: UnderFault): Promise<readonly string[]> {
  const [single, cleaned, spare] = [1, 4, 1].map((count) => pushDoomed(world, count));
  if (!single || !cleaned || !spare) throw new Error('nothing to delete');
  const [digest = ''] = single.digests;
  const plan = await planCleanup(world, cleaned);

  await begin(fault, world.proxies);
  const [listed, compared, deletion, cleanup] = await Promise.all([
    list(world),
    overNodes(world, truth),
    remove(world, single, digest),
    applyCleanup(world, cleaned, plan),
  ]);
  await end(world.proxies);

  await recovery(`${world.link}: ${fault}`, () => works(world), { withinMs: 120_000 });
  const [last = ''] = spare.digests;
  // On a loaded machine a node may be too slow for the guard, which then refuses.
  const removed = await eventually(async () => {
    const seen = await remove(world, spare, last);
    if (seen.answer?.status === 409) throw new Error(JSON.stringify(seen.answer.body));
    return seen;
  });
  const journal = async () => {
    const wrong = [
      ...(await wrongInJournal(world, single)),
      ...(await wrongInJournal(world, cleaned)),
    ];
    if (wrong.length > 0) throw new Error(wrong.join('; '));
  };
  await recovery(`${world.link}: ${fault}: the journal knows what was deleted`, journal);
  return [
    ...listed,
    ...compared,
    ...wrongInDeletion(world, single, { digest, seen: deletion }),
    ...wrongInCleanup(world, cleaned, cleanup),
    ...(removed.answer?.status === 200 && gone(world, spare).length === 1
      ? []
      : [`nothing can be deleted after the fault: ${JSON.stringify(removed.answer?.body)}`]),
  ];
}

/** @throws Error until all works are complete again */
async function works(world: World): Promise<void> {
  const wrong = await list(world);
  if (wrong.length > 0) throw new Error(wrong.join('; '));
  await readTruth(world);
}
