import { describe, expect, it } from 'vitest';
import {
  parseProject,
  parseReference,
  parseRepository,
  printable,
} from '../../../shared/harbor/names.ts';

const digest = `sha256:${'0a'.repeat(32)}`;

describe('parseProject', () => {
  it.each([
    ['team-a', 'team-a'],
    ['12345', '12345'],
    ['a.b_c-d', 'a.b_c-d'],
    ['a'.repeat(255), 'a'.repeat(255)],
    ['%74eam', 'team'],
    ['%2574eam', 'team'],
  ])('reads %s', (raw, name) => {
    expect(parseProject(raw)).toBe(name);
  });

  it.each([
    '',
    'Team',
    'a'.repeat(256),
    'a..b',
    'a__b',
    '-a',
    'a-',
    'a/b',
    'a%2Fb',
    'a b',
    'a%20b',
    'a\n',
    'ä',
  ])('refuses %j', (raw) => {
    expect(() => parseProject(raw)).toThrow(/^project: expected/);
  });
});

describe('parseRepository', () => {
  it.each([
    [['apps', 'web', 'frontend']],
    [['apps%2Fweb%2Ffrontend']],
    [['apps%252Fweb%252ffrontend']],
    [['apps%2fweb', 'frontend']],
  ])('reads %j as one nested name', (segments) => {
    expect(parseRepository(segments)).toBe('apps/web/frontend');
  });

  it.each(['a__b', 'a.b', 'a_b', 'a---b', '0', 'a/b/c/d/e'])(
    'takes %s of Harbor’s grammar',
    (name) => {
      expect(parseRepository(name.split('/'))).toBe(name);
    },
  );

  it.each([
    [['a___b']],
    [['a._b']],
    [['']],
    [['a', '', 'b']],
    [['a', '']],
    [['A']],
    [['a'.repeat(256)]],
    [[]],
  ])('refuses %j', (segments) => {
    expect(() => parseRepository(segments)).toThrow(/^repository: expected/);
  });

  it('takes no longer for names that are nearly right', () => {
    const nearly = `${'a-'.repeat(60)}${'a'.repeat(100)}!`;
    expect(() => parseRepository([nearly])).toThrow(/^repository/);
  });
});

describe('parseReference', () => {
  it.each([
    ['v1.2', { kind: 'tag', tag: 'v1.2' }],
    ['_a', { kind: 'tag', tag: '_a' }],
    ['A'.repeat(128), { kind: 'tag', tag: 'A'.repeat(128) }],
    [digest, { kind: 'digest', digest }],
    [digest.replace(':', '%3A'), { kind: 'digest', digest }],
    [digest.replace(':', '%253A'), { kind: 'digest', digest }],
    [`sha512:${'f'.repeat(128)}`, { kind: 'digest', digest: `sha512:${'f'.repeat(128)}` }],
  ])('reads %s', (raw, reference) => {
    expect(parseReference(raw)).toEqual(reference);
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
  ])('refuses %j', (raw) => {
    expect(() => parseReference(raw)).toThrow(/^reference: expected/);
  });
});

describe('dangerous names', () => {
  const dangerous = [
    '.',
    '..',
    '%2e%2e',
    '%2E.',
    '%252e%252e',
    '%25252e%25252e',
    'a%2F..%2Fb',
    'a%2F%2e%2e%2Fb',
    '..%2f',
    '%2F',
    'a%5Cb',
    'a\\b',
    'a%00',
    'a%2500',
    '%00',
    'a%0d%0ab',
    'a%3fb',
    'a?b',
    'a#b',
    'a%23b',
    'a;b',
    '%',
    '%zz',
    '%2',
    '%e0%a4',
    '%25252F',
    '․․',
  ];

  it.each(dangerous)('never become a project: %j', (raw) => {
    expect(() => parseProject(raw)).toThrow(/^project/);
  });

  it.each(dangerous)('never become a repository: %j', (raw) => {
    expect(() => parseRepository([raw])).toThrow(/^repository/);
  });

  it.each(dangerous)('never become part of a repository: %j', (raw) => {
    expect(() => parseRepository(['a', raw, 'b'])).toThrow(/^repository/);
  });

  it.each(dangerous)('never become a reference: %j', (raw) => {
    expect(() => parseReference(raw)).toThrow(/^reference/);
  });
});

describe('a refusal', () => {
  it('names the parameter in errors[]', () => {
    expect(() => parseProject('Team')).toThrow(
      expect.objectContaining({
        code: 'invalid_request',
        extras: {
          errors: [{ parameter: 'project', detail: expect.stringContaining('got "Team"') }],
        },
      }),
    );
  });

  it('shows the value bounded and without control characters', () => {
    expect(printable(`a\u001b[31m\n\u202e"${'x'.repeat(500)}`, 20)).toBe(
      '"a\\u001b[31m\\u000a\\u202e\\"xxxxxxxxxxx…"',
    );
  });
});
