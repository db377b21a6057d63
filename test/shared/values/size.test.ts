import { describe, expect, it } from 'vitest';
import { humanSize } from '../../../shared/values/size.ts';

describe('humanSize', () => {
  it.each([
    [0, '0B'],
    [1, '1B'],
    [999, '999B'],
    [1000, '1kB'],
    [1500, '1.5kB'],
    [742_000, '742kB'],
    [999_000, '999kB'],
    [1_119_727, '1.12MB'],
    [1_032_628, '1.03MB'],
    [117_000_000, '117MB'],
    [117_400_000, '117MB'],
    [1_230_000_000, '1.23GB'],
    [12_340_000_000, '12.3GB'],
    [1e15, '1PB'],
  ])('%d bytes are %s', (bytes, text) => {
    expect(humanSize(bytes)).toBe(text);
  });

  it.each([
    [1125, '1.12kB'],
    [1135, '1.14kB'],
    [1375, '1.38kB'],
    [11_250, '11.2kB'],
    [11_750, '11.8kB'],
    [112_500, '112kB'],
    [113_500, '114kB'],
    [1005, '1kB'],
    [8575, '8.57kB'],
  ])('rounds %d as Go does, exact halves to even: %s', (bytes, text) => {
    expect(humanSize(bytes)).toBe(text);
  });

  it.each([
    [999_499, '999kB'],
    [999_500, '1e+03kB'],
    [999_999, '1e+03kB'],
    [999_999_999, '1e+03MB'],
  ])('writes values that round up to a thousand as crictl does: %d is %s', (bytes, text) => {
    expect(humanSize(bytes)).toBe(text);
  });
});
