import { expect, it } from 'vitest';
import {
  compileRules,
  type ImmutableRule,
} from '../../../../../shared/adapters/harbor/rules/rule-match.ts';
import { at } from '../../../../ports/registry-projects.ts';

const selector = (decoration: string, pattern: string, kind = 'doublestar') => ({
  kind,
  decoration,
  pattern,
});
const EVERYWHERE = selector('repoMatches', '**');
const RELEASES = selector('matches', 'release-*');
const rule = (repository = EVERYWHERE, tag = RELEASES): ImmutableRule => ({
  id: 1,
  scope_selectors: { repository: [repository] },
  tag_selectors: [tag],
});

/** The tags that the rules make immutable in two repositories, or may. */
function immutableBy(...rules: readonly ImmutableRule[]): string[] {
  const match = compileRules(rules);
  return [at('shop', 'web'), at('shop', 'apps/api')].flatMap(({ repository }) =>
    ['release-1', 'v1'].filter(match(repository)).map((tag) => `${repository}:${tag}`),
  );
}

const ALL = ['web:release-1', 'web:v1', 'apps/api:release-1', 'apps/api:v1'];
const RELEASED = ['web:release-1', 'apps/api:release-1'];

it.each<[string, readonly ImmutableRule[], readonly string[]]>([
  ['no rule', [], []],
  ['matches', [rule()], RELEASED],
  ['excludes', [rule(EVERYWHERE, selector('excludes', 'v*'))], RELEASED],
  ['repoMatches', [rule(selector('repoMatches', 'apps/**'))], ['apps/api:release-1']],
  ['repoExcludes', [rule(selector('repoExcludes', 'apps/**'))], ['web:release-1']],
  ['the project in the pattern', [rule(selector('repoMatches', 'shop/**'))], []],
  ['an empty pattern', [rule(EVERYWHERE, selector('matches', ''))], ALL],
  ['an empty pattern that excludes', [rule(EVERYWHERE, selector('excludes', ''))], []],
  ['a rule that is disabled', [{ ...rule(), disabled: true }], []],
  ['a rule without selectors of tags', [{ ...rule(), tag_selectors: [] }], []],
  ['a rule without selectors of repositories', [{ ...rule(), scope_selectors: {} }], []],
  [
    'the first selector only',
    [{ ...rule(), tag_selectors: [RELEASES, selector('matches', 'v*')] }],
    RELEASED,
  ],
  [
    'several rules',
    [rule(selector('repoMatches', 'web')), rule(EVERYWHERE, selector('matches', 'v*'))],
    ['web:release-1', 'web:v1', 'apps/api:v1'],
  ],
])('as in Harbor: %s', (_, rules, immutable) => {
  expect(immutableBy(...rules)).toEqual(immutable);
});

it.each<[string, ImmutableRule, readonly string[]]>([
  ['a kind of repositories', rule(selector('repoMatches', 'web', 'label')), RELEASED],
  ['a decoration of repositories', rule(selector('nsMatches', 'shop')), RELEASED],
  ['a broken pattern of repositories', rule(selector('repoMatches', 'web[')), RELEASED.slice(0, 1)],
  ['a kind of tags', rule(EVERYWHERE, selector('matches', 'x', 'label')), ALL],
  ['a decoration of tags', rule(EVERYWHERE, selector('with', 'x')), ALL],
  [
    'a broken pattern of tags',
    rule(EVERYWHERE, selector('matches', 'v[')),
    ['web:v1', 'apps/api:v1'],
  ],
])('what is not known may be immutable, and nothing else: %s', (_, given, immutable) => {
  expect(immutableBy(given)).toEqual(immutable);
});
