import { describe, expect, it } from 'vitest';
import { firstNames, tagList } from '../../../shared/values/first-names.ts';

describe('firstNames', () => {
  it('has all names up to the limit', () => {
    expect(firstNames(['a', 'b'], 2)).toBe('a, b');
  });

  it('counts the names past the limit', () => {
    expect(firstNames(['a', 'b', 'c', 'd'], 2)).toBe('a, b and 2 more');
  });
});

describe('tagList', () => {
  it('has the number of its noun', () => {
    expect(tagList(['v1'])).toBe('the tag v1');
    expect(tagList(['v1', 'v2'])).toBe('the tags v1, v2');
  });
});
