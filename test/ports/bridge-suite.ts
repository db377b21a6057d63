/** The promises of the `Bridge` port (shared/ports/bridge.ts), as cases that every implementation passes. */
import { describe, expect, it } from 'vitest';
import type { Bridge, HostContainer, HostImage, NodeFacts } from '../../shared/ports/bridge.ts';
import { containerRow, imageRow } from '../support/host-rows.ts';

/** What a host has. */
export interface HostGiven {
  readonly images: readonly HostImage[];
  readonly containers: readonly HostContainer[];
  readonly name: string;
  /** Whether it has sockets of several container runtimes. */
  readonly isAmbiguous: boolean;
}

/** A bridge, and what a test does to its host. */
interface BridgeSubject {
  readonly bridge: Bridge;
  /** From now on the host has these. */
  change(rows: Partial<Pick<HostGiven, 'images' | 'containers'>>): void;
  /** From now on the container runtime does not answer, or does again. */
  setDown(isDown: boolean): void;
}

export type MakeBridge = (given: HostGiven) => BridgeSubject;

const WEB = imageRow({
  id: 'b'.repeat(64),
  repo_tags: ['registry.example.test/shop/web:v1'],
  repo_digests: [`registry.example.test/shop/web@sha256:${'1'.repeat(64)}`],
  size_bytes: 1000,
});
const PAUSE = imageRow({ id: 'a'.repeat(64), repo_tags: ['pause:3.10'], pinned: true });
const POD = containerRow({
  id: 'c'.repeat(64),
  name: 'app',
  image_ref: WEB.id,
  image: 'registry.example.test/shop/web:v1',
  pod: 'web-7d9f',
  namespace: 'shop',
  pod_uid: 'uid-1',
  attempt: 2,
  created_at: '2026-03-01T10:00:00.000Z',
});
const GIVEN: HostGiven = {
  images: [WEB, PAUSE],
  containers: [POD],
  name: 'host-1',
  isAmbiguous: false,
};

const FRESH = { fresh: true } as const;
const KINDS = ['images', 'containers', 'node'] as const;

/** Runs all cases. `sandbox` is not among them: only a reading of the whole node may have it. */
export function bridgeSuite(make: MakeBridge): void {
  const open = (given: Partial<HostGiven> = {}) => make({ ...GIVEN, ...given });

  it('is configured, and expects a runtime on a host that has one', () => {
    const { bridge } = open();
    expect([bridge.configured, bridge.runtimeExpected()]).toEqual([true, true]);
  });

  describe('a reading of one kind', () => {
    it('has what the host has', async () => {
      const { bridge } = open();
      expect((await bridge.images()).rows).toEqual([WEB, PAUSE]);
      expect((await bridge.containers()).rows).toEqual([POD]);
    });

    it('has nothing of a host without anything', async () => {
      const { bridge } = open({ images: [], containers: [] });
      expect((await bridge.images()).rows).toEqual([]);
      expect((await bridge.containers()).rows).toEqual([]);
    });

    it('says when it began, and how old it is', async () => {
      const { startedAtMs, ageMs } = await open().bridge.images(FRESH);
      expect(Number.isFinite(startedAtMs)).toBe(true);
      expect(ageMs).toBeGreaterThanOrEqual(0);
      expect(ageMs).toBeLessThan(5000);
    });

    it('keeps its rows as long as the host has no others', async () => {
      const { bridge, change } = open();
      const first = await bridge.images();
      expect((await bridge.images(FRESH)).rows).toBe(first.rows);
      change({ images: [PAUSE] });
      expect((await bridge.images(FRESH)).rows).toEqual([PAUSE]);
    });
  });

  describe('a reading of the whole node', () => {
    it('has images, containers and facts, by their ids', async () => {
      const { reading, ageMs } = await open().bridge.node();
      expect(reading.images.map(({ id }) => id)).toEqual([PAUSE.id, WEB.id]);
      expect(reading.containers).toEqual([POD]);
      expect(reading.facts).toMatchObject({
        name: 'host-1',
        instance: expect.any(String),
      } satisfies Partial<NodeFacts>);
      expect(ageMs).toBeLessThan(5000);
    });

    it('is the same object as long as nothing changes', async () => {
      const { bridge } = open();
      const first = await bridge.node();
      expect((await bridge.node(FRESH)).reading).toBe(first.reading);
    });

    it('keeps the rows that have not changed, in another reading', async () => {
      const { bridge, change } = open();
      const { reading: first } = await bridge.node();
      change({ containers: [] });
      const { reading: later } = await bridge.node(FRESH);
      expect(later).not.toBe(first);
      expect(later.containers).toEqual([]);
      expect(later.images).toBe(first.images);
      expect(later.facts).toBe(first.facts);
    });
  });

  it.each(KINDS)('begins anew for who asks for it: %s', async (kind) => {
    const { bridge, change } = open();
    await bridge[kind]();
    change({ images: [], containers: [] });
    const read = await bridge[kind](FRESH);
    const { rows } = 'rows' in read ? read : { rows: read.reading.images };
    expect(rows).toEqual([]);
  });

  it('names the sockets if it is not known which runtime has the pods', async () => {
    const { bridge } = open({ isAmbiguous: true });
    const sockets = [expect.stringContaining('.sock'), expect.stringContaining('.sock')];
    expect(await bridge.images()).toMatchObject({ ambiguous: sockets });
    expect(await bridge.containers()).toMatchObject({ ambiguous: sockets });
    expect((await bridge.node()).reading).toMatchObject({ ambiguous: sockets });
  });

  it('names none if it is known', async () => {
    const { bridge } = open();
    expect(await bridge.images()).not.toHaveProperty('ambiguous');
    expect((await bridge.node()).reading).not.toHaveProperty('ambiguous');
  });

  it.each(KINDS)(
    'is a problem while the runtime does not answer, and works then: %s',
    async (kind) => {
      const { bridge, setDown } = open();
      setDown(true);
      await expect(bridge[kind]()).rejects.toMatchObject({ code: 'runtime_unreachable' });
      setDown(false);
      await expect(bridge[kind]()).resolves.toMatchObject({ ageMs: expect.any(Number) });
    },
  );

  it.each(KINDS)('ends with the reason for a caller who has left: %s', async (kind) => {
    const { bridge } = open();
    const reason = new Error('left');
    const signal = () => AbortSignal.abort(reason);
    await expect(bridge[kind]({ signal })).rejects.toBe(reason);
  });

  it.each(KINDS)('goes on for others when one caller leaves: %s', async (kind) => {
    const { bridge } = open();
    const leaving = new AbortController();
    const left = bridge[kind]({ signal: () => leaving.signal }).catch(() => null);
    const other = bridge[kind]();
    leaving.abort();
    await expect(other).resolves.toMatchObject({ ageMs: expect.any(Number) });
    await left;
  });
}
