import { describe, expect, it } from 'vitest';
import { INTERNAL_ERROR } from '../../demo/harbor/answer.ts';
import { nextCalls, together } from '../../demo/harbor/faults.ts';
import { asking, MANY, type Row, rowsOf, totalOf } from './asking.ts';

const isUntagged = ({ tags }: Row) => tags === null;

describe('a failing sub-query', () => {
  it.each([
    ['/projects', 'repo_count', 0],
    ['/repositories', 'artifact_count', 0],
    ['/projects/bulk/repositories', 'artifact_count', 0],
    [MANY, 'tags', null],
    ['/projects/bulk/artifacts', 'tags', null],
  ] as const)('of %s leaves %s %s in every row', async (path, field, value) => {
    const { ask } = asking({ faults: () => ({ failSubQueries: {} }) });

    const answer = await ask(path);
    const rows = await rowsOf(answer);

    expect(answer.status).toBe(200);
    expect(rows).toHaveLength(10);
    expect(new Set(rows.map((row) => row[field]))).toEqual(new Set([value]));
  });

  it('keeps the total and the rows', async () => {
    const { ask, standIn } = asking();
    const honest = await ask(MANY);
    standIn.faults = () => ({ failSubQueries: {} });

    const answer = await ask(MANY);

    expect(totalOf(answer)).toBe(totalOf(honest));
    const digests = (rows: readonly Row[]) => rows.map(({ digest }) => digest);
    expect(digests(await rowsOf(answer))).toEqual(digests(await rowsOf(honest)));
  });

  it('can be that of some rows of a page', async () => {
    const rows = (index: number) => index % 3 === 1;
    const { ask } = asking({ faults: () => ({ failSubQueries: { rows } }) });

    const page = await rowsOf(await ask(MANY));

    const positions = page.flatMap((row, index) => (isUntagged(row) ? [index] : []));
    expect(positions).toEqual([1, 4, 7]);
  });

  it('can be that of one page', async () => {
    const { ask } = asking({
      faults: ({ list, page }) =>
        list === 'artifacts' && page === 2 ? { failSubQueries: {} } : undefined,
    });

    const pages = [await ask(MANY), await ask(`${MANY}?page=2`)];

    const untagged = await Promise.all(
      pages.map(async (page) => (await rowsOf(page)).filter(isUntagged).length),
    );
    expect(untagged).toEqual([0, 10]);
  });

  it('can be that of the next calls only', async () => {
    const { ask, standIn } = asking();
    await ask(MANY);
    standIn.faults = nextCalls(2, { failSubQueries: {} }, ({ list }) => list === 'artifacts');

    const counts: number[] = [];
    for (const path of ['/projects', MANY, MANY, MANY]) {
      counts.push((await rowsOf(await ask(path))).filter(isUntagged).length);
    }

    expect(counts).toEqual([0, 10, 10, 0]);
  });

  it('can be one of several', async () => {
    const { ask } = asking({ faults: () => ({ failSubQueries: { of: ['accessories'] } }) });

    const signed = '/projects/team-a/repositories/signed/artifacts?with_accessory=true';
    const [row] = await rowsOf(await ask(signed));

    expect([row?.accessories, row?.tags?.length]).toEqual([null, 1]);
  });

  it('makes an immutable tag look free', async () => {
    const { ask } = asking({ faults: () => ({ failSubQueries: { of: ['immutable'] } }) });

    const path = '/projects/team-a/repositories/immut/artifacts/release-1?with_immutable_status=1';
    const artifact = (await (await ask(path)).json()) as Row;

    expect(artifact.tags).toMatchObject([{ name: 'release-1', immutable: false }]);
  });

  it('does not change the totals that reveal it', async () => {
    const { ask } = asking({ faults: () => ({ failSubQueries: {} }) });

    const untagged = await ask(`${MANY}?q=tags%3Dnil&page_size=1`);
    const tagged = await ask(`${MANY}?q=tags%3D%2A&page_size=1`);

    expect([totalOf(untagged), totalOf(tagged)]).toEqual([0, 20]);
  });
});

describe('faults together', () => {
  it('combine their parts', async () => {
    const { ask, now } = asking({
      faults: together(
        () => ({ lateMs: 2000 }),
        nextCalls(1, { failSubQueries: {} }),
        ({ number }) => (number === 2 ? { answer: INTERNAL_ERROR } : undefined),
      ),
    });
    const start = now();

    const answers = [await ask(MANY), await ask(MANY)];

    expect(answers.map(({ status }) => status)).toEqual([200, 500]);
    expect((await rowsOf(answers[0] ?? Response.error())).every(isUntagged)).toBe(true);
    expect(now() - start).toBe(4000);
  });
});

describe('running out of connections', () => {
  const untaggedOf = async (answers: readonly Response[]) =>
    Promise.all(answers.map(async (answer) => (await rowsOf(answer)).filter(isUntagged).length));

  it('answers that many simultaneous lists correctly, and fails sub-queries of the others', async () => {
    const { ask } = asking({ latencyMs: 20, connections: { lists: 2 } });

    const answers = await Promise.all([1, 2, 3, 4].map(() => ask(MANY)));

    expect(await untaggedOf(answers)).toEqual([0, 0, 10, 10]);
  });

  it('is over when lists were answered', async () => {
    const { ask } = asking({ latencyMs: 20, connections: { lists: 1 } });
    await Promise.all([ask(MANY), ask(MANY)]);

    const answer = await ask(MANY);

    expect(await untaggedOf([answer])).toEqual([0]);
  });

  it('does not count other calls', async () => {
    const { ask } = asking({ latencyMs: 20, connections: { lists: 1 } });

    const [, , answer] = await Promise.all([ask('/statistics'), ask('/health'), ask(MANY)]);

    expect(await untaggedOf([answer])).toEqual([0]);
  });

  it('can be an error', async () => {
    const beyond = () => ({ answer: INTERNAL_ERROR });
    const { ask } = asking({ latencyMs: 20, connections: { lists: 1, beyond } });

    const answers = await Promise.all([ask('/projects'), ask('/projects')]);

    expect(answers.map(({ status }) => status)).toEqual([200, 500]);
  });
});
