import { describe, expect, it } from 'vitest';
import { parseConfiguration } from '../../../shared/values/configuration/configuration.ts';
import { compileGlobs } from '../../../shared/values/policy/globs.ts';
import { readPolicy } from '../../../shared/values/policy/policy.ts';

describe('a list of globs', () => {
  it.each([
    [[], 'anything', true],
    [['v1'], 'v1', true],
    [['v1'], 'v10', false],
    [['v*'], 'v', true],
    [['v*'], 'dev', false],
    [['*-rc*'], 'v1-rc2', true],
    [['*-rc*'], 'v1', false],
    [['shop/*'], 'shop/web/frontend', true],
    [['*/web'], 'shop/apps/web', true],
    [['*/web'], 'web', false],
    [['a*a'], 'a', false],
    [['a*b*a'], 'aba', true],
    [['a*b*a'], 'aa', false],
    [['*ab*ab*'], 'xabab', true],
    [['*ab*ab'], 'xab', false],
    [['**'], '', true],
    [['v1', 'v2'], 'v2', true],
    [['!prod'], 'v1', true],
    [['!prod'], 'prod', false],
    [['v*', '!v1*'], 'v12', false],
    [['!v1*', 'v*'], 'v12', false],
    [['v.'], 'vx', false],
  ])('%j covers %s: %s', (globs, text, expected) => {
    expect(compileGlobs(globs)(text)).toBe(expected);
  });
});

/** The members that are refused, with why. */
const faultsOf = (value: unknown) =>
  (readPolicy(value).faults ?? []).map(({ member, detail }) => `${member}: ${detail}`);

describe('a policy', () => {
  it.each([
    { tags: ['v*'] },
    { keep_newest: 3 },
    { older_than: '30d' },
    { untagged: 'only' },
    { projects: ['shop'], repositories: ['shop/*', '!*/base'], tags: ['*'], untagged: true },
    { older_than: '4w', max_deletions: 10, max_bytes: 1_000_000_000 },
  ])('may be %j', (policy) => {
    expect(faultsOf(policy)).toEqual([]);
  });

  it.each([
    {},
    { projects: ['shop'] },
    { untagged: true },
    { untagged: false },
    { tags: [] },
    { max_deletions: 5 },
  ])('needs one of the rules that choose artifacts, which %j has not', (policy) => {
    expect(faultsOf(policy)).toEqual([
      ': expected at least one of tags, keep_newest, older_than, and untagged: "only"',
    ]);
  });

  it.each([
    [{ keep_newest: 0 }, /^keep_newest: expected an integer of 1 or more$/],
    [{ keep_newest: 1.5 }, /^keep_newest: expected an integer/],
    [{ keep_newest: '3' }, /^keep_newest: expected an integer/],
    [{ keep_newest: 3, untagged: 'only' }, /^keep_newest: keeps nothing with untagged: "only"/],
    [{ older_than: '30' }, /^older_than: expected a duration such as 45m, 12h, 30d or 4w/],
    [{ older_than: 30 }, /^older_than: expected a duration/],
    [{ untagged: 'all' }, /^untagged: expected true, false or "only"$/],
    [{ tags: 'v*' }, /^tags: expected an array of patterns of tags/],
    [{ tags: ['v1', ''] }, /^tags: expected an array/],
    [{ tags: ['!v[0-9]'] }, /^tags: expected an array/],
    [{ tags: ['v?'] }, /^tags: expected an array/],
    [{ tags: ['a/b'] }, /^tags: expected an array/],
    [{ repositories: ['!web'], tags: ['*'] }, /^repositories: .* of project\/repository/],
    [{ repositories: ['Shop/*'], tags: ['*'] }, /^repositories: /],
    [{ projects: ['a/b'], tags: ['*'] }, /^projects: /],
    [{ tags: ['*'], reason: '' }, /^reason: expected 1 to 500 characters/],
    [{ tags: ['*'], max_bytes: 0 }, /^max_bytes: expected a number of bytes/],
    [
      { tags: ['*'], keepNewest: 3 },
      /^keepNewest: unknown; the members are projects, repositories, tags, keep_newest/,
    ],
    [[], /^: expected an object/],
    [null, /^: expected an object/],
  ])('%j is refused', (policy, expected) => {
    expect(faultsOf(policy)).toEqual([expect.stringMatching(expected)]);
  });
});

describe('policies in the configuration', () => {
  const parse = (policies: unknown) =>
    parseConfiguration({ file: { cleanup_config: { policies } }, environment: {} });

  it('are read once', () => {
    const { configuration } = parse({ nightly: { keep_newest: 3, older_than: '30d' } });

    expect(configuration?.cleanup_config.policies['nightly']).toMatchObject({
      name: 'nightly',
      keepNewest: 3,
      olderThanMs: 30 * 24 * 3_600_000,
    });
  });

  it('may come from the environment', () => {
    const { configuration } = parseConfiguration({
      file: {},
      environment: { POLICIES: '{"nightly":{"untagged":"only"}}' },
    });

    expect(configuration?.cleanup_config.policies['nightly']?.untagged).toBe('only');
  });

  it('have no member twice in the environment, of which the first would be forgotten', () => {
    const POLICIES = '{"nightly":{"tags":["*","!stable"],"tags":["*"]}}';

    expect(parseConfiguration({ file: {}, environment: { POLICIES } }).problems).toEqual([
      'cleanup_config.policies.nightly.tags: is there twice',
    ]);
  });

  it('stop the start when they are wrong, each with its path', () => {
    const { configuration, problems } = parse({
      nightly: { keep_newest: 'three', older: '30d' },
      empty: {},
      'no spaces': { keep_newest: 3 },
      text: 'v*',
    });

    expect(configuration).toBeNull();
    expect(problems).toEqual([
      expect.stringMatching(/^cleanup_config\.policies\.nightly\.keep_newest: expected an integer/),
      expect.stringMatching(/^cleanup_config\.policies\.nightly\.older: unknown; the members are/),
      expect.stringMatching(
        /^cleanup_config\.policies\.empty: expected at least one of tags, keep_newest/,
      ),
      expect.stringMatching(/^cleanup_config\.policies\.no spaces: expected a name/),
      expect.stringMatching(/^cleanup_config\.policies\.text: expected an object/),
    ]);
  });
});
