import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPacker } from '../../../../shared/http/lists/packed-rows.ts';

const LAYOUTS = [
  { layout: 'compact', isPretty: false, stringify: (rows: unknown) => JSON.stringify(rows) },
  {
    layout: 'indented',
    isPretty: true,
    stringify: (rows: unknown) => `${JSON.stringify(rows, null, 2)}\n`,
  },
] as const;

const textOf = (parts: readonly Uint8Array[]): string => Buffer.concat(parts).toString();

describe.each(LAYOUTS)('the parts of packed rows, $layout', ({ isPretty, stringify }) => {
  it('are the JSON of all rows, whatever they hold and however they come in pages', () => {
    const row = fc.record({ name: fc.string({ unit: 'grapheme' }), value: fc.jsonValue() });
    fc.assert(
      fc.property(fc.array(fc.array(row)), (pages) => {
        const packer = createPacker(isPretty);

        const rows = pages.flatMap((page) => packer.pack(page));

        expect(textOf(packer.parts(rows))).toBe(stringify(pages.flat()));
      }),
    );
  });

  it('are the JSON of rows that were left out, repeated or put in another order', () => {
    const all = Array.from({ length: 12 }, (_, index) => ({ index, text: 'ä'.repeat(index) }));
    fc.assert(
      fc.property(fc.array(fc.nat(all.length - 1)), (order) => {
        const packer = createPacker(isPretty);
        const packed = [all.slice(0, 5), all.slice(5)].flatMap((page) => packer.pack(page));

        const parts = packer.parts(order.flatMap((index) => packed[index] ?? []));

        expect(textOf(parts)).toBe(stringify(order.map((index) => all[index])));
      }),
    );
  });

  it('are one for each page if no row is left out', () => {
    const packer = createPacker(isPretty);
    const pages = [1, 2, 3].map((page) => packer.pack([{ page }, { page }, { page }]));

    const parts = packer.parts(pages.flat());

    expect(parts).toHaveLength('['.length + pages.length + ']'.length);
  });
});
