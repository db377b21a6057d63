import { describe, expect, it } from 'vitest';
import type { NodeReading } from '../../../shared/ports/bridge.ts';
import { steadyReading } from '../../../shared/ports/node-reading.ts';
import { containerRow, imageRow } from '../../support/host-rows.ts';

const reading = (fields: Partial<NodeReading> = {}): NodeReading => ({
  facts: {
    name: 'node-3',
    instance: 'i',
    runtime: { name: 'containerd', version: '1.7.24' },
    image_filesystems: [{ mountpoint: '/images', used_bytes: 7 }],
  },
  images: [imageRow({ id: 'a' }), imageRow({ id: 'b' })],
  containers: [containerRow({ id: 'c' })],
  ...fields,
});

describe('steadyReading', () => {
  it('sorts by id, because the order of crictl changes', () => {
    const steady = steadyReading(reading({ images: reading().images.toReversed() }), null);

    expect(steady.images.map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('is the known reading when all is the same, in any order', () => {
    const known = steadyReading(reading(), null);

    expect(steadyReading(reading(), known)).toBe(known);
    expect(steadyReading(reading({ images: reading().images.toReversed() }), known)).toBe(known);
  });

  it.each([
    ['images', { images: [imageRow({ id: 'a' }), imageRow({ id: 'b', size_bytes: 2 })] }],
    ['images', { images: [imageRow({ id: 'a' })] }],
    ['containers', { containers: [containerRow({ id: 'c', state: 'CONTAINER_EXITED' })] }],
    ['facts', { facts: null }],
  ] as const)('is another one when the %s change, and keeps the others', (changed, fields) => {
    const known = steadyReading(reading(), null);
    const steady = steadyReading(reading(fields), known);
    const parts = ['images', 'containers', 'facts'] as const;

    expect(steady[changed]).toEqual(fields[changed as keyof typeof fields]);
    expect(parts.filter((part) => steady[part] !== known[part])).toEqual([changed]);
  });

  it('is another one when the runtime becomes ambiguous, or is no longer', () => {
    const known = steadyReading(reading(), null);
    const doubtful = steadyReading(reading({ ambiguous: ['/a.sock', '/b.sock'] }), known);
    const certain = steadyReading(reading(), doubtful);

    expect(doubtful).toMatchObject({ ambiguous: ['/a.sock', '/b.sock'] });
    expect(certain).not.toHaveProperty('ambiguous');
    expect(certain.images).toBe(known.images);
  });
});
