/** The expectations are the answers of bmatcuk/doublestar 1.3.4, but for those that say that a form is not known. */
import { expect, it } from 'vitest';
import { compileDoublestar } from '../../../../../shared/adapters/harbor/rules/doublestar.ts';

it.each([
  ['', 'v1', true],
  ['v1', 'v1', true],
  ['v1', 'v10', false],
  ['v1', 'V1', false],
  ['v*', 'v', true],
  ['v*', 'v1.2', true],
  ['*-rc*', 'v1-rc2', true],
  ['v?', 'v1', true],
  ['v?', 'v', false],
  ['v?', 'v10', false],
  ['v.1', 'v-1', false],
  ['v[0-9]*', 'v1', true],
  ['v[0-9]*', 'vx', false],
  ['v[^0-9]', 'vx', true],
  ['v[!x]', 'v!', true],
  ['v[!x]', 'vy', false],
  ['v[a\\]b]', 'v]', true],
  ['v[\\]-a]', 'v^', true],
  ['v[^]', 'v1', true],
  ['v\\*', 'v*', true],
  ['v\\*', 'v1', false],
  ['{v1,v2}', 'v2', true],
  ['{v1,v2}', 'v3', false],
  ['{v{1,2},x}-*', 'v2-a', true],
  ['v{,1}', 'v', true],
  ['v{2,1}', 'v', false],
  ['v{1,2}*', 'v', false],
  ['v{,1}{2,}*', 'v', true],
  ['v***', 'v', false],
  ['{v\\,1,x}', 'v,1', true],
  ['v}', 'v}', true],
  ['*a*a*a*a*a*a*a*a*a*b', 'a'.repeat(128), false],
  ['{a,a}{a,a}{a,a}{a,a}{a,a}{a,a}{a,a}{a,a}*b', 'a'.repeat(128), false],
])('a pattern of tags, %s, matches as in Harbor: %s', (pattern, text, expected) => {
  expect(compileDoublestar(pattern)(text)).toBe(expected);
});

it.each([
  ['**', 'web', true],
  ['**', 'apps/web', true],
  ['*', 'apps/web', false],
  ['apps/*', 'apps/web', true],
  ['apps/*', 'apps/web/front', false],
  ['apps/**', 'apps/web/front', true],
  ['apps/**', 'apps', false],
  ['apps/*', 'apps', false],
  ['apps/?', 'apps/a', true],
  ['**/web', 'web', true],
  ['**/web', 'apps/front/web', true],
  ['apps/**/web', 'apps/web', true],
  ['apps/**/web', 'apps/web/front', false],
  ['app**', 'apps/web', false],
  ['{apps/web,tools/**}', 'tools/a/b', true],
  ['{apps/web,tools/**}', 'apps/api', false],
  // The traps of braces.
  ['{**,web}', 'apps/web', false],
  ['{apps,apps/**}', 'apps', false],
  ['{apps,apps/**}', 'apps/web', true],
  ['{a/*,b}*', 'a/x/y', true],
])('a pattern of repositories, %s, matches as in Harbor: %s', (pattern, text, expected) => {
  expect(compileDoublestar(pattern)(text)).toBe(expected);
});

it.each([
  ['v[1', 'v1'],
  ['v[]', 'v1'],
  ['v[-1]', 'v1'],
  ['v[1-]', 'v1'],
  ['v[1--]', 'v1'],
  ['{v1', 'v1'],
  ['v\\', 'v1'],
  ['a{/b,c}', 'a'],
])('a pattern that Harbor refuses, %s, is unknown for %s', (pattern, text) => {
  expect(compileDoublestar(pattern)(text)).toBeNull();
});

it.each([
  ['an option with half of a class', '{v[1,2]}'],
  ['a length of no real pattern', 'v'.repeat(5000)],
])('is unknown: %s', (_, pattern) => {
  expect(compileDoublestar(pattern)('v1')).toBeNull();
});

it('what Harbor refuses is known where Harbor does not come to it', () => {
  expect(compileDoublestar('v[')('x')).toBe(false);
});
