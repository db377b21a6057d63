/** Reads whose answers do not change during the soak, and what a right answer is while something is broken. */
import { isDeepStrictEqual } from 'node:util';
import { eventually } from '../../support/eventually.ts';
import type { Answered, Ask, Asking } from './asking.ts';
import { WRITE_TOKEN } from './topology.ts';

type Rows = readonly Readonly<Record<string, unknown>>[];
type Members = Readonly<Record<string, unknown>>;

const FRONTEND = 'platform/apps/web/frontend';

/** Lists that are complete or problems. */
const WHOLE = [
  '/local-images',
  '/harbor/projects',
  '/harbor/repositories/platform',
  '/harbor/artifacts/big/many',
  '/harbor/artifacts/big/many?page=2&page_size=30',
  '/harbor/artifacts/releases/gateway?sort=-size',
  `/harbor/artifacts/${FRONTEND}?q=2.4`,
];

/** Answers over nodes. */
const OVER_NODES = [
  '/nodes',
  '/nodes/node-1/images',
  '/nodes/node-2/images?q=worker',
  '/compare',
  `/usage/${FRONTEND}/stable`,
  '/drift',
  '/drift?running=true',
  '/harbor/unused?project=platform',
];

const PLANS = [
  `/harbor/artifacts/${FRONTEND}/stable/deletion-plan`,
  '/harbor/artifacts/releases/gateway/current/deletion-plan',
];

const COMBINED = '/images';

/** The projects of throw-away artifacts. */
const CHANGING = ['churn', 'sweep'];

export interface Truth {
  /** All reads, with the checks of their answers. */
  readonly reads: readonly Ask[];
}

/** Asks for everything while all is well. @throws Error if it is not */
export async function findTruth({ ask }: Pick<Asking, 'ask'>): Promise<Truth> {
  const reads: Ask[] = [];
  const learn = async (
    kind: string,
    path: string,
    checkOf: (truth: string) => (answer: Answered) => void,
    method: 'GET' | 'DELETE' = 'GET',
  ): Promise<void> => {
    const headers = { authorization: `Bearer ${WRITE_TOKEN}` };
    const answer = await eventually(async () => {
      const first = await ask({ kind: 'first', method, path, headers });
      if (first?.status !== 200) throw new Error(`${path}: ${first?.text}`);
      // A node may be too slow for the first reading, while everything starts. (What Harbor refuses stays refused.)
      if (/"status": ?"(?:stale|unreadable)"/.test(first.text))
        throw new Error(`${path}: a node is not ok yet`);
      return first;
    });
    reads.push({ kind, method, path, headers, check: checkOf(answer.text) });
  };
  for (const path of WHOLE) await learn('list', path, sameText);
  for (const path of OVER_NODES) await learn('over nodes', path, sameOverNodes);
  for (const path of PLANS) await learn('plan', path, sameDeletion);
  const dryRun = `/harbor/artifacts/${FRONTEND}/2.4.0?dry_run=true`;
  await learn('dry run', dryRun, sameDeletion, 'DELETE');
  await learn('images', COMBINED, sameCombined);
  return { reads };
}

function sameText(truth: string) {
  return ({ text }: Answered): void => {
    if (text !== truth) throw new Error(`another list: ${difference(text, truth)}`);
  };
}

/** Where two texts differ. */
function difference(text: string, truth: string): string {
  const at = [...truth].findIndex((letter, index) => letter !== text[index]);
  const around = (whole: string) => whole.slice(Math.max(0, at - 80), at + 120);
  return `${text.length} instead of ${truth.length} characters, ${around(text)} instead of ${around(truth)}`;
}

/** Without what depends on the time. */
function settled(answer: Members): Members {
  const nodes = (answer['nodes'] as Rows).map(
    // After two seconds a bridge answers without what it knows about the runtime itself.
    ({
      read_at: _,
      age_ms: __,
      error: ___,
      status: ____,
      runtime: _____,
      disk_bytes: ______,
      ...node
    }) => node,
  );
  return { ...answer, nodes, complete: true };
}

function sameOverNodes(text: string) {
  const truth = JSON.parse(text) as Members;
  return ({ text: found }: Answered): void => {
    const answer = JSON.parse(found) as Members;
    const nodes = answer['nodes'] as Rows;
    const states = nodes.map(({ status }) => status);
    const harborErrors = (answer['errors'] as Rows | undefined) ?? [];
    const isComplete = harborErrors.length === 0 && states.every((status) => status === 'ok');
    if (answer['complete'] !== isComplete) {
      throw new Error(`complete is ${answer['complete']} with ${states.join()}`);
    }
    const silent = nodes.filter(({ status, error }) => status !== 'ok' && error === null);
    if (silent.length > 0) throw new Error(`no error of ${JSON.stringify(silent)}`);
    if (!states.includes('unreadable') && harborErrors.length === 0) {
      if (!isDeepStrictEqual(settled(answer), settled(truth))) {
        const [own, right] = [answer, truth].map((one) => JSON.stringify(settled(one)));
        throw new Error(`other rows: ${difference(own ?? '', right ?? '')}`);
      }
      return;
    }
    for (const list of ['images', 'uses', 'artifacts']) noOtherRows(list, answer, truth);
  };
}

/** A list with less than everything has nothing else. */
function noOtherRows(list: string, answer: Members, truth: Members): void {
  const keyOf = ({ repository, tag, digest, node, container, pod }: Rows[number]) =>
    JSON.stringify([repository, tag, digest, node, container, pod]);
  const right = new Set(((truth[list] as Rows | undefined) ?? []).map(keyOf));
  for (const row of (answer[list] as Rows | undefined) ?? []) {
    if (!right.has(keyOf(row))) throw new Error(`a row too many: ${JSON.stringify(row)}`);
  }
}

/** What a plan has from Harbor, and what it has from the nodes. */
const OF_HARBOR = [
  'digest',
  'tags',
  'children',
  'accessories',
  'size_bytes',
  'indexes',
  'immutable_tags',
];
const OF_NODES = ['usage', 'uses', 'present_on'];

/** A plan. A blocker says so while nodes cannot be read, or while Harbor is read-only. */
function sameDeletion(text: string) {
  const truth = JSON.parse(text) as Members;
  const blockersOf = (plan: Members) => (plan['blockers'] as Rows).map(({ code }) => code);
  return ({ text: found }: Answered): void => {
    const answer = JSON.parse(found) as Members;
    const codes = blockersOf(answer);
    const isBlind = codes.includes('usage_unknown');
    for (const member of isBlind ? OF_HARBOR : [...OF_HARBOR, ...OF_NODES]) {
      if (isDeepStrictEqual(answer[member], truth[member])) continue;
      // Null: Harbor did not answer its rules, and the plan says that it is incomplete.
      const isUnsaid = member === 'immutable_tags' && answer[member] === null;
      if (isUnsaid && answer['complete'] === false) continue;
      throw new Error(`other ${member}: ${difference(found, text)}`);
    }
    // Null: unknown, which is no error because it prevents nothing.
    if (![null, '[]'].includes(textOf(answer['other_repositories']))) {
      throw new Error(`other repositories: ${found}`);
    }
    // Without the rules it may be unknown that a tag is immutable.
    const unsure = answer['immutable_tags'] === null ? ['artifact_immutable'] : [];
    const isSure = (code: unknown) => !['harbor_read_only', ...unsure].includes(String(code));
    const own = codes.filter(isSure);
    if (!isBlind && !isDeepStrictEqual(own, blockersOf(truth).filter(isSure))) {
      throw new Error(`other blockers: ${codes.join()}`);
    }
  };
}

const textOf = (value: unknown) => (value === null ? null : JSON.stringify(value));

/** `/images`: what is not in `errors` is complete. */
function sameCombined(text: string) {
  const truth = JSON.parse(text) as Readonly<Record<string, Rows>>;
  const stable = (rows: Rows = []) =>
    rows.filter(({ project }) => !CHANGING.includes(String(project)));
  return ({ text: found }: Answered): void => {
    const answer = JSON.parse(found) as Readonly<Record<string, Rows>>;
    const failed = answer['errors']?.map(({ source }) => source) ?? [];
    for (const [source, list] of [
      ['containerd', 'containerd_images'],
      ['harbor', 'harbor_images'],
    ] as const) {
      const same = isDeepStrictEqual(stable(answer[list]), stable(truth[list]));
      if (!failed.includes(source) && !same) throw new Error(`other rows in ${list}`);
    }
  };
}
