import { describe, expect, it } from 'vitest';
import {
  isProjectName,
  isRepositoryName,
  printable,
  toReference,
} from '../../../shared/values/names.ts';

const digest = `sha256:${'0a'.repeat(32)}`;

describe('isProjectName', () => {
  it.each(['team-a', '12345', 'a.b_c-d', 'a'.repeat(255)])('accepts %s', (name) => {
    expect(isProjectName(name)).toBe(true);
  });

  it.each(['', 'Team', 'a'.repeat(256), 'a..b', 'a__b', '-a', 'a-', 'a/b', 'a b', 'a\n', 'ä'])(
    'refuses %j',
    (name) => {
      expect(isProjectName(name)).toBe(false);
    },
  );
});

describe('isRepositoryName', () => {
  it.each(['apps/web/frontend', 'a__b', 'a.b', 'a_b', 'a---b', '0', 'a/b/c/d/e'])(
    'accepts %s',
    (name) => {
      expect(isRepositoryName(name)).toBe(true);
    },
  );

  it.each(['', 'a___b', 'a._b', 'a//b', 'a/', '/a', 'A', 'a'.repeat(256)])('refuses %j', (name) => {
    expect(isRepositoryName(name)).toBe(false);
  });
});

describe('toReference', () => {
  it.each([
    ['v1.2', { kind: 'tag', tag: 'v1.2' }],
    ['_a', { kind: 'tag', tag: '_a' }],
    ['A'.repeat(128), { kind: 'tag', tag: 'A'.repeat(128) }],
    [digest, { kind: 'digest', digest }],
    [`sha512:${'f'.repeat(128)}`, { kind: 'digest', digest: `sha512:${'f'.repeat(128)}` }],
  ])('reads %s', (text, reference) => {
    expect(toReference(text)).toEqual(reference);
  });

  it.each([
    'sha256:xyz',
    `sha256:${'A'.repeat(64)}`,
    `sha256:${'a'.repeat(63)}`,
    `md5:${'a'.repeat(32)}`,
    '.a',
    '-a',
    'A'.repeat(129),
    '',
  ])('refuses %j', (text) => {
    expect(toReference(text)).toBeNull();
  });
});

describe('dangerous names', () => {
  const dangerous = [
    '.',
    '..',
    'a/../b',
    '../',
    '/',
    'a\\b',
    'a\0',
    '\0',
    'a\r\nb',
    'a?b',
    'a#b',
    'a;b',
    '%',
    '%zz',
    '%2',
    '%2e%2e',
    '%252F',
    '․․',
  ];

  it.each(dangerous)('are no project: %j', (name) => {
    expect(isProjectName(name)).toBe(false);
  });

  it.each(dangerous)('are no repository: %j', (name) => {
    expect(isRepositoryName(name)).toBe(false);
  });

  it.each(dangerous)('are no part of a repository: %j', (name) => {
    expect(isRepositoryName(`a/${name}/b`)).toBe(false);
  });

  it.each(dangerous)('are no reference: %j', (name) => {
    expect(toReference(name)).toBeNull();
  });
});

it('printable shows a text bounded and without control characters', () => {
  expect(printable(`a\u001b[31m\n\u202e"${'x'.repeat(500)}`, 20)).toBe(
    '"a\\u001b[31m\\u000a\\u202e\\"xxxxxxxxxxx…"',
  );
});
