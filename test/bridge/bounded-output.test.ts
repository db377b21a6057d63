import { describe, expect, it } from 'vitest';
import { BoundedOutput } from '../../bridge/bounded-output.ts';

describe('BoundedOutput', () => {
  it('joins the chunks, including a character that was split', () => {
    const output = new BoundedOutput(1000);
    const bytes = Buffer.from('naïve');
    output.append(bytes.subarray(0, 3));
    output.append(bytes.subarray(3));
    expect(output.take()).toBe('naïve');
  });

  it('grows to its limit and keeps what fits', () => {
    const output = new BoundedOutput(100_000);
    expect(output.append(Buffer.alloc(70_000, 'x'))).toBe(true);
    expect(output.append(Buffer.alloc(30_000, 'x'))).toBe(true);
    expect(output.append(Buffer.alloc(1, 'x'))).toBe(false);
    expect(output.take()).toBe('x'.repeat(100_000));
  });

  it('joins small chunks and the large one after them', () => {
    const output = new BoundedOutput(1_000_000);
    output.append(Buffer.from('ab'));
    output.append(Buffer.from('cd'));
    output.append(Buffer.alloc(200_000, 'x'));
    output.append(Buffer.from('ef'));
    expect(output.take()).toBe(`abcd${'x'.repeat(200_000)}ef`);
  });

  it('keeps nothing that was taken or dropped', () => {
    const output = new BoundedOutput(100);
    output.append(Buffer.from('a'));
    output.discard();
    expect(output.take()).toBe('');
  });
});
