import { describe, expect, it } from 'vitest';
import { createSharedRows } from '../../../../shared/node/sharing/shared-rows.ts';
import { imageRow } from '../../../support/host-rows.ts';

describe('createSharedRows', () => {
  it('gives the first of equal rows', () => {
    const readImage = createSharedRows();
    const row = imageRow({ repo_tags: ['a:1'], repo_digests: ['a@sha256:1'] });
    const first = readImage(row);

    expect(first).toEqual(row);
    expect(readImage(structuredClone(row))).toBe(first);
  });

  it.each([
    ['tags', { repo_tags: ['a:1', 'a:2'] }],
    ['digests', { repo_digests: ['b@sha256:1'] }],
    ['size', { size_bytes: null }],
    ['pin', { pinned: true }],
    ['sandbox', { sandbox: true }],
    ['id', { id: 'b'.repeat(64) }],
  ])('keeps rows of different %s apart, and shares each', (_, fields) => {
    const readImage = createSharedRows();
    const row = imageRow({ repo_tags: ['a:1'], repo_digests: ['a@sha256:1'] });
    const one = readImage(row);
    const other = readImage({ ...row, ...fields });

    expect(other).toEqual({ ...row, ...fields });
    expect(readImage({ ...row, ...fields })).toBe(other);
    expect(readImage(structuredClone(row))).toBe(one);
  });

  it('takes a row of an older bridge, which does not tell sandboxes, as one without a word about them', () => {
    const readImage = createSharedRows();
    const { sandbox: _unknown, ...older } = imageRow();
    const first = readImage(older);

    expect(first).toEqual({ ...older, sandbox: null });
    expect(readImage(structuredClone(older))).toBe(first);
    expect(readImage({ ...older, sandbox: null })).toBe(first);
  });

  it.each([
    ['no record', null],
    ['no tags', { repo_tags: undefined }],
    ['tags that are no list', { repo_tags: { length: 0 } }],
    ['a text as its size', { size_bytes: '1' }],
    ['a number as its id', { id: 1 }],
  ])('refuses a row with %s, also when a similar one is known', (_, fields) => {
    const readImage = createSharedRows();
    readImage(imageRow());

    expect(() => readImage(fields && { ...imageRow(), ...fields })).toThrow();
  });

  it('keeps no more than a few variants of an image', () => {
    const readImage = createSharedRows();
    const kept = Array.from({ length: 8 }, (_, index) =>
      readImage(imageRow({ repo_tags: [`a:${index}`] })),
    );
    const ninth = imageRow({ repo_tags: ['a:9'] });

    expect(readImage(ninth)).toEqual(ninth);
    expect(readImage(ninth)).not.toBe(readImage(ninth));
    expect(kept).toHaveLength(8);
  });
});
