import { describe, expect, it } from 'vitest';
import { BoundedOutput } from '../../bridge/bounded-output.ts';

describe('BoundedOutput', () => {
  it('joins what was written, a character that was cut in two included', () => {
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

  it('forgets what it has given or dropped', () => {
    const output = new BoundedOutput(100);
    output.append(Buffer.from('a'));
    output.discard();
    expect(output.take()).toBe('');
  });
});
