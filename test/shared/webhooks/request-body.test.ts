import { describe, expect, it } from 'vitest';
import { mediaTypeOf, parseJsonBody, readBody } from '../../../shared/webhooks/request-body.ts';

/** A body that comes in pieces, so without a length. */
function streamed(pieces: readonly string[]) {
  let given = 0;
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const piece = pieces[given++];
      if (piece === undefined) controller.close();
      else controller.enqueue(new TextEncoder().encode(piece));
    },
    cancel() {
      cancelled = true;
    },
  });
  const init = { method: 'POST', body, duplex: 'half' };
  const request = new Request('http://test/', init as RequestInit);
  return { request, given: () => given, cancelled: () => cancelled };
}

describe('readBody', () => {
  it('joins the pieces of a stream up to the limit', async () => {
    const body = await readBody(streamed(['ab', 'cd', 'e']).request, 5);
    expect(new TextDecoder().decode(body)).toBe('abcde');
  });

  it('is empty when there is none', async () => {
    expect(await readBody(new Request('http://test/', { method: 'POST' }), 5)).toHaveLength(0);
  });

  it('stops reading at the limit, whatever is still to come', async () => {
    const endless = streamed(Array.from({ length: 1000 }, () => 'abc'));
    await expect(readBody(endless.request, 5)).rejects.toMatchObject({ code: 'payload_too_large' });
    expect(endless.cancelled()).toBe(true);
    expect(endless.given()).toBeLessThan(10);
  });

  it('takes a body at its word when that says it is too large', async () => {
    const headers = { 'content-length': '6' };
    const claiming = new Request(streamed(['ab']).request, { headers });
    await expect(readBody(claiming, 5)).rejects.toMatchObject({ code: 'payload_too_large' });
  });
});

describe('mediaTypeOf', () => {
  it.each([
    ['Application/JSON; charset=utf-8', 'application/json'],
    ['application/cloudevents+json', 'application/cloudevents+json'],
    ['', ''],
  ])('of %j is %j', (given, expected) => {
    expect(mediaTypeOf(new Headers({ 'content-type': given }))).toBe(expected);
  });
});

describe('parseJsonBody', () => {
  it('reads JSON', () => {
    expect(parseJsonBody(new TextEncoder().encode('{"a":"ä"}'))).toEqual({ a: 'ä' });
  });

  it.each([
    ['no JSON', new TextEncoder().encode('{"password":"hunter2"')],
    ['no UTF-8', Uint8Array.of(0x22, 0xff, 0x22)],
    ['nothing', new Uint8Array()],
  ])('refuses %s without quoting it', (_, bytes) => {
    expect(() => parseJsonBody(bytes)).toThrowError(
      expect.objectContaining({ code: 'invalid_request', message: 'body: expected JSON in UTF-8' }),
    );
  });
});
