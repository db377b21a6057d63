/** What reads answer under a fault: all of it and right, or the problem that prevents it. */
import { isDeepStrictEqual } from 'node:util';
import { type Answer, ask, hasKnownCode, problemIn, type Seen } from './answers.ts';
import type { World } from './world.ts';

/** Longer than any timeout of the service with its retries. */
export const PATIENCE_MS = 25_000;
/** How long a client waits whose own connection may be dead. */
const OWN_PATIENCE_MS = 15_000;

type Row = Readonly<Record<string, unknown>>;

/** The answers without any fault. */
export type Truth = Readonly<Record<'compare' | 'nodes' | 'drift', Row>>;

/** How long this world's client waits. */
export function patienceIn({ link }: World): number {
  return link === 'client' ? OWN_PATIENCE_MS : PATIENCE_MS;
}

/** What is wrong with what the client saw. Only a fault of its own connection may leave it without an answer. */
export function wrongIn(
  { link }: World,
  what: string,
  seen: Seen,
  wrongIfOk: (answer: Answer) => readonly string[],
): readonly string[] {
  if (seen.answer === null) return link === 'client' ? [] : [`${what}: no answer, ${seen.cut}`];
  const { answer } = seen;
  if (answer.status === 200) return wrongIfOk(answer).map((wrong) => `${what}: ${wrong}`);
  const problem = problemIn(answer);
  return typeof problem === 'string' ? [`${what}: ${problem}`] : [];
}

const get = (world: World, path: string) =>
  ask(`${world.url}${path}`, { patienceMs: patienceIn(world) });

/** A list of Harbor: every artifact of the registry once, and its total. */
export async function list(world: World): Promise<readonly string[]> {
  const { project, repository } = world.listed;
  const artifacts = world.registry.repository(project, repository)?.artifacts.keys() ?? [];
  const truth = [...artifacts].toSorted();
  const seen = await get(world, `/harbor/artifacts/${project}/${repository}`);
  return wrongIn(world, 'the list', seen, ({ body, headers }) => {
    const digests = (body as readonly Row[]).map(({ digest }) => String(digest)).toSorted();
    const total = headers.get('x-total-count');
    return [
      ...(isDeepStrictEqual(digests, truth) ? [] : [`${digests.length} of ${truth.length} rows`]),
      ...(total === String(truth.length) ? [] : [`a total of ${total}`]),
    ];
  });
}

/** The answers over nodes: all that is true, or they say what is missing. */
export async function overNodes(world: World, truth: Truth): Promise<readonly string[]> {
  const names = Object.keys(truth) as (keyof Truth)[];
  const wrong = await Promise.all(
    names.map(async (name) => {
      const seen = await get(world, `/${name}`);
      return wrongIn(world, `/${name}`, seen, ({ body }) => incomplete(body as Row, truth[name]));
    }),
  );
  return wrong.flat();
}

function incomplete(body: Row, truth: Row): readonly string[] {
  const nodes = rowsOf(body, 'nodes');
  const unread = nodes.filter(({ status }) => status !== 'ok');
  const unknown = new Set(nodes.filter(isUnreadable).map(({ name }) => name));
  const saysWhy = unread.every(({ error }) => hasKnownCode(error));
  const isWhole = unread.length === 0 && rowsOf(body, 'errors').length === 0;
  return [
    ...(nodes.length === 2 ? [] : [`${nodes.length} nodes`]),
    ...(body['complete'] === isWhole ? [] : ['complete, although something could not be read']),
    ...(saysWhy ? [] : ['a node without its reason']),
    ...(isWhole && !isDeepStrictEqual(steady(body), steady(truth)) ? ['other rows'] : []),
    ...(claims(body, unknown) ? ['a claim about a node that was not read'] : []),
    ...wrongDrift(rowsOf(body, 'images'), rowsOf(truth, 'images')),
  ];
}

function isUnreadable({ status }: Row): boolean {
  return status === 'unreadable';
}

/** Whether a row says that an image is, or is not, on a node whose contents are unknown. */
function claims(body: Row, unknown: ReadonlySet<unknown>): boolean {
  const rows = Object.entries(body).flatMap(([name, value]) =>
    name !== 'nodes' && Array.isArray(value) ? (value as readonly Row[]) : [],
  );
  const named = ['nodes', 'missing_on'].flatMap((member) =>
    rows.flatMap((row) => (row[member] ?? []) as readonly unknown[]),
  );
  return named.some((name) => unknown.has(name));
}

/** The images of `/drift` whose status is neither the true one nor `unknown`. */
function wrongDrift(images: readonly Row[], truth: readonly Row[]): readonly string[] {
  const key = ({ repository, tag, digest, image_id }: Row) =>
    JSON.stringify([repository, tag, digest, image_id]);
  const statuses = new Map(truth.map((row) => [key(row), row['status']]));
  return images
    .filter((row) => row['status'] !== 'unknown' && row['status'] !== statuses.get(key(row)))
    .map((row) => `${row['repository']}:${row['tag']} is said to be ${row['status']}`);
}

function rowsOf(body: Row, member: string): readonly Row[] {
  return (body[member] ?? []) as readonly Row[];
}

/** An answer without the times of its readings. */
function steady(body: Row): Row {
  const nodes = rowsOf(body, 'nodes').map(({ read_at, age_ms, ...node }) => node);
  return { ...body, nodes };
}

/** What all answers are like without a fault. @throws Error as long as one of them is not complete */
export async function readTruth(world: World): Promise<Truth> {
  const read = async (path: string): Promise<Row> => {
    const { answer, cut } = await get(world, path);
    const body = (answer?.body ?? {}) as Row;
    if (body['complete'] !== true)
      throw new Error(`${path}: ${cut ?? JSON.stringify(body).slice(0, 300)}`);
    return body;
  };
  const [compare, nodes, drift] = await Promise.all(['/compare', '/nodes', '/drift'].map(read));
  if (!compare || !nodes || !drift) throw new Error('not read');
  return { compare, nodes, drift };
}
