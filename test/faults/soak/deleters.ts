/** Clients that delete throw-away artifacts, each in a repository of its own, and remember what they were told. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answered } from './asking.ts';
import type { ClientOptions } from './clients.ts';
import type { SoakHarbor } from './harbor.ts';
import { WRITE_TOKEN } from './topology.ts';

/** What the answers said, by digest. */
export interface Ledger {
  /** It was deleted. */
  readonly deleted: Set<string>;
  /** Nothing says whether it was: the answer said so, or none came. */
  readonly uncertain: Set<string>;
}

export function createLedger(): Ledger {
  return { deleted: new Set(), uncertain: new Set() };
}

export interface DeleterOptions extends ClientOptions {
  readonly harbor: SoakHarbor;
  readonly ledger: Ledger;
  /** `project/repository`. */
  readonly path: string;
}

const AUTHORIZED = { authorization: `Bearer ${WRITE_TOKEN}` };
const REASON = 'reason=soak';

/** Deletes one artifact after the other, and lists what is left. */
export async function deleter(options: DeleterOptions): Promise<void> {
  const { asking, random, harbor, ledger, path, isStopped } = options;
  const left = new Map<string, string>();
  while (!isStopped()) {
    if (left.size < 3) {
      for (const { digest, tag } of await harbor.push(path, 5)) left.set(digest, tag);
    }
    const [digest, tag] = random.pick([...left]);
    const reference = random.pick([digest, tag]);
    const force = random.chance(0.3) ? '&force=true' : '';
    const target = `/harbor/artifacts/${path}/${reference}?${REASON}${force}`;
    const answer = await asking.ask({
      kind: force === '' ? 'delete' : 'delete by force',
      path: target,
      method: 'DELETE',
      headers: AUTHORIZED,
      check: ({ text }) => {
        if (JSON.parse(text).deleted !== true) throw new Error(`not deleted: ${text}`);
      },
    });
    note(answer, digest, ledger);
    if (ledger.deleted.has(digest) || ledger.uncertain.has(digest)) left.delete(digest);
    if (random.chance(0.3)) await listLeft(options, left);
    await sleep(random.between(0, 60));
  }
}

function note(answer: Answered | null, digest: string, { deleted, uncertain }: Ledger): void {
  if (answer?.status === 200) deleted.add(digest);
  else if (answer === null || 'outcome' in JSON.parse(answer.text)) uncertain.add(digest);
}

/** The list has everything that was not deleted, and nothing that was. */
async function listLeft(
  { asking, ledger, path }: DeleterOptions,
  left: ReadonlyMap<string, string>,
): Promise<void> {
  await asking.ask({
    kind: 'list of a deleter',
    path: `/harbor/artifacts/${path}`,
    check: ({ text }) => {
      const rows = JSON.parse(text) as readonly { readonly digest: string }[];
      const digests = new Set(rows.map(({ digest }) => digest));
      for (const digest of left.keys()) {
        if (!digests.has(digest)) throw new Error(`${digest} is missing`);
      }
      for (const digest of digests) {
        if (ledger.deleted.has(digest)) throw new Error(`${digest} was deleted`);
      }
    },
  });
}

/** Deletes, and leaves before it knows what came of it. */
export async function hastyDeleter(options: DeleterOptions): Promise<void> {
  const { random, harbor, ledger, path, url, isStopped } = options;
  while (!isStopped()) {
    for (const { digest } of await harbor.push(path, 2)) {
      ledger.uncertain.add(digest);
      const target = `${url}/harbor/artifacts/${path}/${digest}?${REASON}`;
      const signal = AbortSignal.timeout(random.between(5, 150));
      await fetch(target, { method: 'DELETE', headers: AUTHORIZED, signal }).catch(() => undefined);
    }
    await sleep(random.between(100, 600));
  }
}

/** Plans a cleanup, and applies most plans. */
export async function cleaner(options: DeleterOptions): Promise<void> {
  const { asking, random, harbor, ledger, path, isStopped } = options;
  const send = (kind: string, body: object, headers: Readonly<Record<string, string>>) =>
    asking.ask({
      kind,
      path: '/harbor/cleanup',
      method: 'POST',
      headers: { ...AUTHORIZED, 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ policy: 'sweep', ...body }),
      check: ({ text }) => {
        for (const { repository } of JSON.parse(text).candidates) {
          if (!path.endsWith(`/${repository}`)) throw new Error(`a candidate of ${repository}`);
        }
      },
    });
  while (!isStopped()) {
    await harbor.push(path, random.between(1, 4));
    const plan = await send('cleanup plan', {}, {});
    const etag = plan?.headers['etag'];
    if (plan?.status === 200 && typeof etag === 'string' && random.chance(0.7)) {
      const headers = { 'if-match': etag };
      const applied = await send('cleanup', { apply: true, reason: 'soak' }, headers);
      noteResults(applied, ledger);
    }
    await sleep(random.between(50, 400));
  }
}

function noteResults(answer: Answered | null, { deleted, uncertain }: Ledger): void {
  if (answer?.status !== 200) return;
  for (const { digest, outcome } of JSON.parse(answer.text).results) {
    if (outcome === 'deleted') deleted.add(digest);
    // Harbor may have deleted it nevertheless.
    if (outcome === 'failed') uncertain.add(digest);
  }
}
