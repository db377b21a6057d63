import { describe, expect, it } from 'vitest';
import { createSharedRows } from '../../../shared/node/shared-rows.ts';
import { imageRow } from '../../support/host-rows.ts';

describe('createSharedRows', () => {
  it('gives the first of equal rows', () => {
    const shareRow = createSharedRows();
    const first = imageRow({ repo_tags: ['a:1'], repo_digests: ['a@sha256:1'] });

    expect(shareRow(first)).toBe(first);
    expect(shareRow(structuredClone(first))).toBe(first);
  });

  it.each([
    ['tags', { repo_tags: ['a:1', 'a:2'] }],
    ['digests', { repo_digests: ['b@sha256:1'] }],
    ['size', { size_bytes: null }],
    ['pin', { pinned: true }],
    ['sandbox', { sandbox: true }],
    ['id', { id: 'b'.repeat(64) }],
  ])('keeps rows of different %s apart, and shares each', (_, fields) => {
    const shareRow = createSharedRows();
    const one = imageRow({ repo_tags: ['a:1'], repo_digests: ['a@sha256:1'] });
    const other = { ...one, ...fields };
    shareRow(one);

    expect(shareRow(other)).toBe(other);
    expect(shareRow(structuredClone(other))).toBe(other);
    expect(shareRow(structuredClone(one))).toBe(one);
  });

  it('gives a row of an image with very many variants as it is', () => {
    const shareRow = createSharedRows();
    const kept = Array.from({ length: 8 }, (_, index) =>
      shareRow(imageRow({ repo_tags: [`a:${index}`] })),
    );
    const ninth = imageRow({ repo_tags: ['a:9'] });
    const again = structuredClone(ninth);

    expect([shareRow(ninth) === ninth, shareRow(again) === again]).toEqual([true, true]);
    expect(kept).toHaveLength(8);
  });
});
