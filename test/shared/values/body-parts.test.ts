import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bodyOf, entityTag, tagOfParts } from '../../../shared/values/body-parts.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);

/** 2.5 MB that do not repeat. */
function longBody(): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(2_500_000);
  for (let index = 0; index < bytes.length; index += 4) {
    new DataView(bytes.buffer).setUint32(index, index);
  }
  return bytes;
}

/** The same bytes, cut at these places. */
function cut(bytes: Uint8Array<ArrayBuffer>, places: readonly number[]) {
  const ends = [...places.toSorted((a, b) => a - b), bytes.length];
  return ends.map((end, index) => bytes.subarray(index === 0 ? 0 : ends[index - 1], end));
}

describe('the validator of a body in parts', () => {
  it('is the hash of the bytes', async () => {
    const hash = createHash('sha256').update('a body').digest().subarray(0, 18);

    const tags = [
      await entityTag(bytesOf('a body')),
      await tagOfParts([bytesOf('a bo'), bytesOf('dy')]),
    ];

    expect(tags).toEqual(Array(2).fill(`"${hash.toString('base64')}"`));
  });

  it('is that of no bytes if there are none', async () => {
    expect(await tagOfParts([])).toBe(await entityTag(new Uint8Array()));
  });

  it('does not depend on the parts of a long body', async () => {
    const body = longBody();
    const tag = await tagOfParts([body]);
    const place = fc.nat(body.length);
    const cuts = fc.sample(fc.array(place, { minLength: 1, maxLength: 9 }), 5);

    const tags = await Promise.all(cuts.map((places) => tagOfParts(cut(body, places))));

    expect(tags).toEqual(cuts.map(() => tag));
  });

  it.each([0, 999_999, 1_000_000, 2_499_999])('depends on byte %i', async (index) => {
    const body = longBody();
    const tag = await tagOfParts([body]);

    body[index] = 1 + (body[index] ?? 0);

    expect(await tagOfParts([body])).not.toBe(tag);
  });
});

describe('a body in parts', () => {
  it('is one array if it is small', () => {
    expect(bodyOf([bytesOf('a '), bytesOf('body')])).toEqual(bytesOf('a body'));
  });

  it('is sent in its parts if it is large', async () => {
    const parts = cut(longBody(), [5, 1_200_000]);

    const sent = new Uint8Array(await new Response(bodyOf(parts)).arrayBuffer());

    expect(Buffer.compare(sent, longBody())).toBe(0);
  });
});
