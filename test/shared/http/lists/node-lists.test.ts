import { describe, expect, it } from 'vitest';
import { readNodes } from '../../../../shared/domain/nodes/nodes-reading.ts';
import { createApp } from '../../../../shared/http/app.ts';
import { createFunction } from '../../../../shared/http/function.ts';
import { input } from '../../../../shared/http/input.ts';
import { listHeaders } from '../../../../shared/http/lists/list-answer.ts';
import {
  answerOverNodes,
  type RowList,
  rowList,
} from '../../../../shared/http/lists/node-lists.ts';
import { requestOf } from '../../../../shared/http/request-context.ts';
import { trivialServices } from '../../../../shared/http/trivial-services.ts';
import { createMemo } from '../../../../shared/node/sharing/memo.ts';
import type { NodeState, NodesReading } from '../../../../shared/ports/nodes.ts';
import { defineList } from '../../../../shared/values/list.ts';
import { Problem } from '../../../../shared/values/problem.ts';
import { bodyOf } from '../../../support/body.ts';
import { clientOf } from '../../../support/client.ts';
import { configurationOf } from '../../../support/configuration.ts';
import { memoryLog } from '../../../support/log.ts';

interface Fruit {
  readonly name: string;
  readonly size_bytes: number;
}
const fruit = (name: string, size_bytes: number): Fruit => ({ name, size_bytes });
const definition = defineList<Fruit>({
  sortable: ['name', 'size_bytes'],
  searched: ({ name }) => [name],
});
const LISTS = {
  red: [fruit('cherry', 1), fruit('apple', 2)],
  blue: [fruit('plum', 3)],
};

const read: NodeState = {
  name: 'node-1',
  status: 'ok',
  readAtMs: Date.parse('2026-01-02T03:04:05Z'),
  ageMs: 12.4,
  problem: null,
  reading: { facts: null, images: [], containers: [] },
};
const failed: NodeState = {
  name: 'node-2',
  status: 'unreadable',
  readAtMs: null,
  ageMs: null,
  problem: new Problem('bridge_unavailable', 'node-2: it hangs.'),
  reading: null,
};
const READING: NodesReading = {
  nodes: [read, failed],
  complete: false,
  contents: [],
  containersAgeMs: 0,
};

interface Given {
  readonly reading?: () => NodesReading;
  readonly lists?: () => Readonly<Record<string, readonly Fruit[]>>;
  /** Instead of new ones for each request. */
  readonly kept?: readonly RowList[];
  readonly pretty?: boolean;
}

/** A function that answers lists over the nodes that `reading` returns. */
function serviceOf({ reading = () => READING, lists = () => LISTS, kept, pretty }: Given = {}) {
  const fn = createFunction().get(
    '/fruit',
    input({ query: definition.query, header: listHeaders }),
    async (c) =>
      answerOverNodes(c, {
        reading: await readNodes(c.get('services'), requestOf(c), { allowStale: true }),
        lists:
          kept ?? Object.entries(lists()).map(([name, rows]) => rowList(name, rows, definition)),
        extra: { sum: 6 },
      }),
  );
  const asked: unknown[] = [];
  const configuration = configurationOf({
    app_config: { jsonify_prettyprint_regular: pretty ?? false },
  });
  const services = trivialServices(configuration, memoryLog().logger);
  const memo = createMemo();
  const app = createApp(fn, () => ({
    ...services,
    memo,
    nodes: {
      ...services.nodes,
      read: async ({ maxAgeMs, allowStale }) => {
        asked.push({ maxAgeMs, allowStale });
        return reading();
      },
    },
  }));
  return { ...clientOf(app), asked };
}

const ANSWER = {
  complete: false,
  nodes: [
    {
      name: 'node-1',
      status: 'ok',
      read_at: '2026-01-02T03:04:05.000Z',
      age_ms: 12,
      error: { code: 'bridge_outdated', detail: expect.stringContaining('Update it') },
    },
    {
      name: 'node-2',
      status: 'unreadable',
      read_at: null,
      age_ms: null,
      error: { code: 'bridge_unavailable', detail: 'node-2: it hangs.' },
    },
  ],
  sum: 6,
  red: LISTS.red,
  blue: LISTS.blue,
};

describe('answerOverNodes', () => {
  it.each([[true], [false]])('answers one object (indented: %s)', async (pretty) => {
    const res = await serviceOf({ pretty }).get('/fruit');
    const text = await res.text();
    expect(JSON.parse(text)).toEqual(ANSWER);
    expect(text.trimEnd()).toBe(JSON.stringify(JSON.parse(text), null, pretty ? 2 : 0));
    expect(res.headers.get('x-total-count')).toBe('3');
  });

  it.each([[true], [false]])('answers long lists in parts (indented: %s)', async (pretty) => {
    const red = Array.from({ length: 30_000 }, (_, index) => fruit(`{"melon": [${index}]}`, index));
    const lists = () => ({ red, blue: [] });
    const text = await (await serviceOf({ pretty, lists }).get('/fruit')).text();
    expect(JSON.parse(text)).toMatchObject({ red, blue: [] });
    expect(text.trimEnd()).toBe(JSON.stringify(JSON.parse(text), null, pretty ? 2 : 0));
  });

  it('slices through all lists in their order', async () => {
    const { get } = serviceOf();
    const res = await get('/fruit?page=2&page_size=2&sort=name');
    expect(await bodyOf(res)).toMatchObject({ red: [], blue: LISTS.blue });
    expect(res.headers.get('x-total-count')).toBe('3');
    expect(res.headers.get('link')).toContain('rel="prev"');
    const first = await bodyOf(await get('/fruit?page=1&page_size=1&sort=name'));
    expect(first).toMatchObject({ red: [fruit('apple', 2)], blue: [] });
  });

  it('searches and sorts each list', async () => {
    const { json } = serviceOf();
    expect(await json('/fruit?q=PL&sort=-size_bytes')).toMatchObject({
      red: [fruit('apple', 2)],
      blue: [fruit('plum', 3)],
    });
  });

  it('answers 304 although the nodes were read again', async () => {
    const later: NodeState = { ...read, readAtMs: Date.parse('2026-01-02T03:04:09Z'), ageMs: 1 };
    const readings = [READING, { ...READING, nodes: [later, failed] }];
    const { get } = serviceOf({ reading: () => readings.shift() ?? READING });
    const etag = (await get('/fruit')).headers.get('etag') ?? '';
    expect(etag).toMatch(/^W\/"/);
    const res = await get('/fruit', { headers: { 'If-None-Match': etag } });
    expect(res.status).toBe(304);
    expect(res.headers.get('etag')).toBe(etag);
  });

  it.each<[string, Given]>([
    ['the rows', { lists: () => ({ ...LISTS, blue: [] }) }],
    [
      'the status of a node',
      { reading: () => ({ ...READING, nodes: [{ ...read, status: 'stale' }, failed] }) },
    ],
  ])('answers 200 after a change of %s', async (_title, changed) => {
    const known = (await serviceOf().get('/fruit')).headers.get('etag') ?? '';
    const res = await serviceOf(changed).get('/fruit', { headers: { 'If-None-Match': known } });
    expect(res.status).toBe(200);
  });

  it('serialises each order of the same lists once', async () => {
    const asked: unknown[] = [];
    const red = rowList('red', LISTS.red, definition);
    const find: RowList['find'] = (options) => {
      asked.push(options.sort);
      return red.find(options);
    };
    const { json } = serviceOf({ kept: [{ ...red, find }] });
    const byName = { red: [fruit('apple', 2), fruit('cherry', 1)] };
    expect(await json('/fruit?sort=name')).toMatchObject(byName);
    expect(await json('/fruit?sort=-name')).toMatchObject({ red: byName.red.toReversed() });
    expect(await json('/fruit?sort=name')).toMatchObject(byName);
    expect(asked).toEqual([
      { field: 'name', descending: false },
      { field: 'name', descending: true },
    ]);
  });
});

describe('readNodes', () => {
  it('asks for readings that begin now for Cache-Control: no-cache', async () => {
    const { get, asked } = serviceOf();
    await get('/fruit');
    await get('/fruit', { headers: { 'Cache-Control': 'no-cache' } });
    expect(asked).toEqual([
      { maxAgeMs: undefined, allowStale: true },
      { maxAgeMs: 0, allowStale: true },
    ]);
  });
});
