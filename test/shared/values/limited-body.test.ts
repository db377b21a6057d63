import { describe, expect, test } from 'vitest';
import { BodyTooLarge, readLimitedText } from '../../../shared/values/limited-body.ts';

const TEXT = 'größer, 尺寸, 🐳';

function bodyOf(chunks: readonly Uint8Array[], onCancel?: () => void) {
  const left = chunks.values();
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const { done, value } = left.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: () => onCancel?.(),
  });
  return { body };
}

describe('the text of a body', () => {
  const bytes = new TextEncoder().encode(TEXT);

  test.each([1, 2, 3, 7, bytes.length])(
    'keeps characters that chunks of %i bytes split',
    async (size) => {
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
        bytes.subarray(index * size, (index + 1) * size),
      );
      expect(await readLimitedText(bodyOf(chunks), bytes.length)).toBe(TEXT);
    },
  );

  test('is empty without a body and without chunks', async () => {
    expect(await readLimitedText({ body: null }, 10)).toBe('');
    expect(await readLimitedText(bodyOf([]), 10)).toBe('');
  });

  test('has no byte order mark, and a replacement character for what is not UTF-8', async () => {
    const chunks = [new Uint8Array([0xef, 0xbb]), new Uint8Array([0xbf, 0x61, 0xff])];
    expect(await readLimitedText(bodyOf(chunks), 10)).toBe('a\ufffd');
  });

  test('is refused above the limit, and the rest is not read', async () => {
    let cancelled = false;
    const body = bodyOf([bytes, bytes, bytes], () => {
      cancelled = true;
    });
    await expect(readLimitedText(body, 2 * bytes.length - 1)).rejects.toThrow(BodyTooLarge);
    expect(cancelled).toBe(true);
  });

  test('is the error of a body that breaks off', async () => {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(bytes);
        controller.error(new Error('reset'));
      },
    });
    await expect(readLimitedText({ body }, 1000)).rejects.toThrow('reset');
  });
});
