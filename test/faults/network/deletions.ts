/** Deletions under a fault: what answers and journal say must be true of the registry. */
import type { JournalRow } from '../../../shared/ports/journal-record.ts';
import { eventually } from '../../support/eventually.ts';
import { ask, problemIn, type Seen } from './answers.ts';
import { PATIENCE_MS, patienceIn, wrongIn } from './reads.ts';
import { type World, WRITE_TOKEN } from './world.ts';

const PROJECT = 'sandbox';

/** Artifacts to delete, in a repository that no other test uses. */
export interface Doomed {
  readonly repository: string;
  readonly digests: readonly string[];
}

let repositories = 0;

/** Pushes artifacts to a new repository. */
export function pushDoomed({ registry }: World, count: number): Doomed {
  repositories += 1;
  const repository = `doomed-${repositories}`;
  const digests = Array.from({ length: count }, (_, index) => {
    return registry.push(PROJECT, repository, { tags: [`v${index}`] }).digest;
  });
  return { repository, digests };
}

/** Deletes one artifact. */
export function remove(world: World, { repository }: Doomed, digest: string): Promise<Seen> {
  return ask(`${world.url}/harbor/artifacts/${PROJECT}/${repository}/${digest}`, {
    method: 'DELETE',
    token: WRITE_TOKEN,
    patienceMs: patienceIn(world),
  });
}

/** The ETag of the plan to delete all of them, past the proxies. On a loaded machine a node may be too slow at first. */
export function planCleanup(world: World, { repository }: Doomed): Promise<string> {
  return eventually(async () => {
    const { answer, cut } = await cleanUp(world, repository, { url: world.routerUrl });
    const etag = answer?.headers.get('etag') ?? '';
    if (etag === '') throw new Error(`no plan: ${cut ?? JSON.stringify(answer?.body)}`);
    return etag;
  });
}

/** Applies a plan. */
export function applyCleanup(world: World, { repository }: Doomed, etag: string): Promise<Seen> {
  return cleanUp(world, repository, { url: world.url, etag });
}

function cleanUp(
  world: World,
  repository: string,
  { url, etag }: { readonly url: string; readonly etag?: string },
): Promise<Seen> {
  const policy = { repositories: [`${PROJECT}/${repository}`], tags: ['*'] };
  return ask(`${url}/harbor/cleanup`, {
    method: 'POST',
    token: WRITE_TOKEN,
    ...(etag && { ifMatch: etag }),
    body: { policy, ...(etag && { apply: true, reason: 'a fault test' }) },
    patienceMs: patienceIn(world),
  });
}

/** What is wrong with the answer of a deletion. */
export function wrongInDeletion(
  world: World,
  doomed: Doomed,
  { digest, seen }: { readonly digest: string; readonly seen: Seen },
): readonly string[] {
  const isGone = gone(world, doomed).includes(digest);
  const wrong = wrongIn(world, 'the deletion', seen, ({ body }) => {
    const { deleted } = body as { readonly deleted?: unknown };
    return deleted === true && isGone ? [] : [`deleted: ${deleted}, but gone: ${isGone}`];
  });
  const problem = seen.answer !== null && seen.answer.status !== 200 && problemIn(seen.answer);
  const saysNotDeleted = problem && typeof problem !== 'string' && problem.outcome === null;
  return saysNotDeleted && isGone ? [...wrong, `${problem.code}, but it is gone`] : wrong;
}

/** What is wrong with the answer of a cleanup. */
export function wrongInCleanup(world: World, doomed: Doomed, seen: Seen): readonly string[] {
  const isGone = new Set(gone(world, doomed));
  return wrongIn(world, 'the cleanup', seen, ({ body }) => {
    const { results, deleted } = body as unknown as {
      readonly results: readonly { readonly digest: string; readonly outcome: string }[];
      readonly deleted: number;
    };
    const said = results.filter(({ outcome }) => outcome === 'deleted');
    const kept = results.filter(({ outcome }) => outcome === 'kept');
    return [
      ...(said.every(({ digest }) => isGone.has(digest)) ? [] : ['deleted, but it is there']),
      ...(kept.every(({ digest }) => !isGone.has(digest)) ? [] : ['kept, but it is gone']),
      ...(said.length === deleted ? [] : [`${said.length} deleted, but the sum is ${deleted}`]),
      ...(results.length === doomed.digests.length ? [] : [`${results.length} results`]),
    ];
  });
}

/** What the journal says that is not true of the registry, or does not say yet. */
export async function wrongInJournal(world: World, doomed: Doomed): Promise<readonly string[]> {
  const rows = await journalOf(world, doomed);
  const isGone = new Set(gone(world, doomed));
  const carriedOut = world.standIn.deletions.map(({ digest }) => digest);
  return doomed.digests.flatMap((digest) => {
    const outcomes = rows.filter((row) => row.digest === digest).map(({ outcome }) => outcome);
    const said = `${outcomes.join(', ') || 'nothing'} in the journal`;
    const times = carriedOut.filter((one) => one === digest).length;
    if (times > 1) return [`deleted ${times} times`];
    // What still exists stays unknown for minutes, because Harbor may be working on it.
    const isTrue = isGone.has(digest)
      ? outcomes.includes('deleted')
      : !outcomes.includes('deleted');
    return isTrue ? [] : [`${said}, but gone: ${isGone.has(digest)}`];
  });
}

async function journalOf(world: World, { repository }: Doomed): Promise<readonly JournalRow[]> {
  const { answer } = await ask(`${world.routerUrl}/journal`, { patienceMs: PATIENCE_MS });
  if (answer?.status !== 200) throw new Error('the journal cannot be read');
  const rows = answer.body as unknown as readonly JournalRow[];
  return rows.filter((row) => row.repository === repository);
}

/** Those that the registry no longer has. */
export function gone({ registry }: World, { repository, digests }: Doomed): readonly string[] {
  return digests.filter((digest) => registry.artifact(PROJECT, repository, digest) === undefined);
}
