import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { ReadNode } from '../../../../shared/domain/nodes/node-states.ts';
import { readTogether } from '../../../../shared/domain/nodes/read-together.ts';
import type { NodesReadOptions } from '../../../../shared/ports/nodes.ts';
import { Problem } from '../../../../shared/values/problem.ts';

const GUARD = { maxAgeMs: 0, allowStale: false };
const REFUSED = new Problem('bridge_unavailable', 'Nothing listens there.');

/** Reads nodes that take so long, in order. A node without a time cannot be read. */
async function readings(
  nodes: Readonly<Record<string, number | null>>,
  demand: Pick<NodesReadOptions, 'maxAgeMs' | 'allowStale'>,
): Promise<{ readonly order: readonly string[]; readonly containersAgeMs: number }> {
  let clockMs = 0;
  const order: string[] = [];
  let before: Promise<void> = Promise.resolve();
  const read = async (name: string): Promise<ReadNode> => {
    order.push(name);
    const takesMs = nodes[name] ?? null;
    // One answers after the other.
    const turn = before.then(setImmediate).then(() => {
      clockMs += takesMs ?? 0;
    });
    before = turn;
    await turn;
    const problem = takesMs === null ? REFUSED : null;
    const status = problem === null ? 'ok' : 'unreadable';
    const outcome = { status, readAtMs: null, ageMs: null, problem, reading: null } as const;
    return { source: { name, address: name }, outcome };
  };
  const { containersAgeMs } = await readTogether(Object.keys(nodes), {
    read,
    demand,
    monotonic: () => clockMs,
  });
  return { order, containersAgeMs };
}

describe('for a guard, a node', () => {
  it('is read again if it answered more than a second before the last one', async () => {
    expect(await readings({ quick: 10, slow: 4000 }, GUARD)).toEqual({
      order: ['quick', 'slow', 'quick'],
      containersAgeMs: 10,
    });
  });

  it('is read once if the last one answered within a second', async () => {
    expect(await readings({ quick: 10, other: 900 }, GUARD)).toEqual({
      order: ['quick', 'other'],
      containersAgeMs: 900,
    });
  });

  it('is read in three rounds at most, however slow the nodes are', async () => {
    const { order } = await readings({ a: 2000, b: 2000 }, GUARD);

    expect(order).toEqual(['a', 'b', 'a', 'b']);
  });

  it('is read again if its list of containers began more than a second ago', async () => {
    let clockMs = 0;
    const order: string[] = [];
    const { nodes, containersAgeMs } = await readTogether(['early', 'late'], {
      read: async (name) => {
        order.push(name);
        if (name === 'late') {
          await setImmediate();
          clockMs += 500;
        }
        const ages = { readAtMs: 0, ageMs: 5000, containersAgeMs: order.length > 2 ? 40 : 600 };
        const outcome = { status: 'ok', ...ages, problem: null, reading: null } as const;
        return { source: { name, address: name }, outcome };
      },
      demand: GUARD,
      monotonic: () => clockMs,
    });

    expect(order).toEqual(['early', 'late', 'early']);
    expect(nodes.map((node) => node.containersAgeMs)).toEqual([40, 600]);
    expect(containersAgeMs).toBe(600);
  });

  it('is as old as the slowest one makes it', async () => {
    let clockMs = 0;
    const { nodes } = await readTogether(['early', 'late'], {
      read: async (name) => {
        if (name === 'late') {
          await setImmediate();
          clockMs += 500;
        }
        const outcome = {
          status: 'ok',
          readAtMs: 0,
          ageMs: 10,
          problem: null,
          reading: null,
        } as const;
        return { source: { name, address: name }, outcome };
      },
      demand: { allowStale: true },
      monotonic: () => clockMs,
    });

    expect(nodes.map(({ ageMs }) => ageMs)).toEqual([510, 10]);
  });

  it('is read once if another one cannot be read, because the guard refuses', async () => {
    const { order } = await readings({ quick: 10, refused: null, slow: 4000 }, GUARD);

    expect(order).toEqual(['quick', 'refused', 'slow']);
  });
});

it.each([
  ['may use earlier readings', { maxAgeMs: 0, allowStale: true }],
  ['shares readings', { maxAgeMs: 5000, allowStale: false }],
])('who %s reads each node once', async (_, demand) => {
  expect((await readings({ quick: 10, slow: 4000 }, demand)).order).toEqual(['quick', 'slow']);
});
