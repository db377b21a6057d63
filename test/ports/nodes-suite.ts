/** The promises of the `Nodes` port (shared/ports/nodes.ts), as cases that every implementation passes. */
import { expect, it } from 'vitest';
import type { HostContainer, HostImage } from '../../shared/ports/bridge.ts';
import type { Nodes, NodesReading } from '../../shared/ports/nodes.ts';
import { containerRow, imageRow } from '../support/host-rows.ts';

/** What a node has. */
export interface NodeGiven {
  readonly images: readonly HostImage[];
  readonly containers: readonly HostContainer[];
  /** Sockets, if it is not known which runtime runs the pods. */
  readonly ambiguous: readonly string[];
  readonly isDown: boolean;
}

/** Nodes, and what a test does to them. */
interface NodesSubject {
  readonly nodes: Nodes;
  /** From now on the node has these. */
  change(name: string, given: Partial<NodeGiven>): void;
}

export type MakeNodes = (
  given: Readonly<Record<string, NodeGiven>>,
) => NodesSubject | Promise<NodesSubject>;

const IMAGE = imageRow({ repo_tags: ['registry.example.test/shop/web:v1'] });
const POD = containerRow({ image_ref: IMAGE.id });
const NODE: NodeGiven = { images: [IMAGE], containers: [POD], ambiguous: [], isDown: false };

const LOOKING = { allowStale: true } as const;
const GUARD = { allowStale: false, maxAgeMs: 0 } as const;

const shown = ({ nodes }: NodesReading) =>
  nodes.map(({ name, status, problem }) => [name, status, problem?.code ?? null]);

/** Runs all cases. */
export function nodesSuite(make: MakeNodes): void {
  const open = async (given: Readonly<Record<string, Partial<NodeGiven>>>) =>
    make(
      Object.fromEntries(Object.entries(given).map(([name, one]) => [name, { ...NODE, ...one }])),
    );

  it('are read side by side, by name, and complete if each is ok', async () => {
    const { nodes } = await open({ 'node-2': {}, 'node-1': {} });
    const reading = await nodes.read(GUARD);
    expect(nodes.configured).toBe(true);
    expect(shown(reading)).toEqual([
      ['node-1', 'ok', null],
      ['node-2', 'ok', null],
    ]);
    expect(reading.complete).toBe(true);
    expect(reading.containersAgeMs).toBeGreaterThanOrEqual(0);
    const [first] = reading.nodes;
    expect(first?.reading?.images).toEqual([IMAGE]);
    expect(first?.reading?.containers).toEqual([POD]);
    expect(first?.readAtMs).toEqual(expect.any(Number));
    expect(first?.ageMs).toBeGreaterThanOrEqual(0);
  });

  it('do not reject if one cannot be read: nothing is known about it, and its problem names it', async () => {
    const { nodes } = await open({ 'node-1': {}, 'node-2': { isDown: true } });
    const reading = await nodes.read(GUARD);
    expect(shown(reading)).toEqual([
      ['node-1', 'ok', null],
      ['node-2', 'unreadable', 'runtime_unreachable'],
    ]);
    expect(reading.complete).toBe(false);
    const down = reading.nodes[1];
    expect(down).toMatchObject({ readAtMs: null, ageMs: null, reading: null });
    expect(down?.problem?.message).toContain('node-2');
  });

  it('are unreadable without images and containers, which is never an empty node', async () => {
    const { nodes } = await open({ 'node-1': { images: [], containers: [] } });
    expect(shown(await nodes.read(GUARD))).toEqual([['node-1', 'unreadable', 'runtime_empty']]);
  });

  it('are unreadable with several runtimes, and show what may be in use all the same', async () => {
    const { nodes } = await open({ 'node-1': { ambiguous: ['/run/a.sock', '/run/b.sock'] } });
    const reading = await nodes.read(GUARD);
    expect(shown(reading)).toEqual([['node-1', 'unreadable', 'runtime_ambiguous']]);
    expect(reading.nodes[0]?.problem?.message).toContain('/run/a.sock');
    expect(reading.nodes[0]?.reading?.containers).toEqual([POD]);
  });

  it('are read anew for who asks for a reading that begins now', async () => {
    const { nodes, change } = await open({ 'node-1': {} });
    const before = await nodes.read(LOOKING);
    change('node-1', { containers: [] });
    const after = await nodes.read(GUARD);
    expect(after.nodes[0]?.reading?.containers).toEqual([]);
    expect(after.contents).not.toBe(before.contents);
  });

  it('never give an earlier reading to a guard', async () => {
    const { nodes, change } = await open({ 'node-1': {} });
    await nodes.read(LOOKING);
    change('node-1', { isDown: true });
    expect(shown(await nodes.read(GUARD))).toEqual([
      ['node-1', 'unreadable', 'runtime_unreachable'],
    ]);
  });

  it('say why they cannot be read if they give an earlier reading', async () => {
    const { nodes, change } = await open({ 'node-1': {} });
    await nodes.read(LOOKING);
    change('node-1', { isDown: true });
    const { nodes: states, complete } = await nodes.read({ ...LOOKING, maxAgeMs: 0 });
    expect(complete).toBe(false);
    expect(states).toMatchObject([
      {
        status: expect.stringMatching(/^(stale|unreadable)$/),
        problem: { code: 'runtime_unreachable' },
      },
    ]);
  });

  it('are ok again when they can be read again', async () => {
    const { nodes, change } = await open({ 'node-1': { isDown: true } });
    await nodes.read(GUARD);
    change('node-1', { isDown: false });
    expect(shown(await nodes.read(GUARD))).toEqual([['node-1', 'ok', null]]);
  });

  it('are read one by one, by name', async () => {
    const { nodes } = await open({ 'node-1': {}, 'node-2': { isDown: true } });
    expect(await nodes.readOne('node-1', GUARD)).toMatchObject({ name: 'node-1', status: 'ok' });
    expect(await nodes.readOne('node-2', GUARD)).toMatchObject({ status: 'unreadable' });
    expect(await nodes.readOne('node-3', GUARD)).toBeNull();
  });

  it('end for a caller who has left', async () => {
    const { nodes } = await open({ 'node-1': {} });
    const reason = new Error('left');
    const signal = () => AbortSignal.abort(reason);
    await expect(nodes.read({ ...GUARD, signal })).rejects.toBe(reason);
    await expect(nodes.readOne('node-1', { ...GUARD, signal })).rejects.toBe(reason);
    expect((await nodes.read(GUARD)).complete).toBe(true);
  });
}
