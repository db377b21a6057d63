/** Which tags Harbor's rules make immutable, by the rules themselves. */

import * as z from 'zod/mini';
import type { RepositoryName } from '../../../values/names.ts';
import { arrayOf } from '../../../values/parse-json.ts';
import { text } from '../http/wire.ts';
import { compileDoublestar, type PatternMatch } from './doublestar.ts';

const wireSelector = z.object({ kind: text, decoration: text, pattern: text });
type Selector = z.infer<typeof wireSelector>;

export const wireRule = z.object({
  id: z.number(),
  disabled: z.nullish(z.boolean()),
  scope_selectors: z.nullish(z.record(z.string(), z.nullish(arrayOf(wireSelector)))),
  tag_selectors: z.nullish(arrayOf(wireSelector)),
});
export type ImmutableRule = z.infer<typeof wireRule>;

/** Tells which tags of a repository the rules make immutable, or may: Harbor cannot apply some, and others are new. */
export type RuleMatch = (repository: RepositoryName) => (tag: string) => boolean;

/** Compiles rules. As in Harbor, only the first selector of each kind counts, and a rule without one has no effect. */
export function compileRules(rules: readonly ImmutableRule[]): RuleMatch {
  const compiled = rules.flatMap(({ disabled, scope_selectors, tag_selectors }) => {
    const repository = scope_selectors?.['repository']?.[0];
    const tag = tag_selectors?.[0];
    if (disabled === true || repository === undefined || tag === undefined) return [];
    return {
      selectsRepository: compileSelector(repository, 'repoMatches', 'repoExcludes'),
      selectsTag: compileSelector(tag, 'matches', 'excludes'),
    };
  });
  return (repository) => {
    const own = compiled.filter(({ selectsRepository }) => selectsRepository(repository) !== false);
    return (tag) => own.some(({ selectsTag }) => selectsTag(tag) !== false);
  };
}

function compileSelector(
  { kind, decoration, pattern }: Selector,
  matches: string,
  excludes: string,
): PatternMatch {
  if (kind !== 'doublestar') return () => null;
  const match = compileDoublestar(pattern ?? '');
  if (decoration === matches) return match;
  if (decoration !== excludes) return () => null;
  return (name) => {
    const isMatch = match(name);
    return isMatch === null ? null : !isMatch;
  };
}
