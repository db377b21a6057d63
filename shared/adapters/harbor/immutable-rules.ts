/**
 * What is certain about tags that Harbor does not call immutable: it says so too if it cannot read its rules
 * (docs/harbor.md#zeros-and-nulls-that-are-not-true).
 */
import type { ArtifactsWithRules, MarkedTags } from '../../ports/registry-artifact.ts';
import type { ProjectName, RepositoryAt, RepositoryName } from '../../values/names.ts';
import { arrayOf } from '../../values/parse-json.ts';
import { Problem } from '../../values/problem.ts';
import { leastKnown, type TagRules } from '../../values/tag-rules.ts';
import { sideBySide } from '../../values/waiting/side-by-side.ts';
import type { Caller } from './http/call.ts';
import { harborPaths } from './http/url.ts';
import { reader } from './http/wire.ts';
import type { ListPlan } from './lists/pages.ts';
import { listAll } from './lists/whole-list.ts';
import { compileRules, type ImmutableRule, wireRule } from './rules/rule-match.ts';

/** The artifacts of a repository, with the tags that Harbor has marked as immutable. */
interface MarkedRepository {
  readonly repository: RepositoryName;
  readonly artifacts: readonly MarkedTags[];
}

/**
 * Reads the rules themselves. If they make a tag immutable that Harbor has not marked, it could not read them when it
 * answered the tag: `unreadable`.
 */
export async function readTagRules(
  caller: Caller,
  {
    project,
    marked,
    signal,
  }: {
    readonly project: ProjectName;
    readonly marked: readonly MarkedRepository[];
    readonly signal: AbortSignal;
  },
): Promise<TagRules> {
  if (caller.anonymous) return 'hidden'; // only some roles of a project may ask
  try {
    const rules = await listAll(caller, ruleRows(project), signal);
    return hasAllMarks(marked, rules) ? 'readable' : 'unreadable';
  } catch (err) {
    if (!(err instanceof Problem)) throw err;
    return err.code === 'harbor_forbidden' ? 'hidden' : 'unreadable';
  }
}

/** All pages, because Harbor reads the rules of the asked page only, and any of them may be broken. */
function ruleRows(project: ProjectName): ListPlan<ImmutableRule> {
  const path = harborPaths.immutableRules(project);
  return {
    path,
    query: {},
    byName: true,
    key: (row) => row.id,
    read: reader(path, arrayOf(wireRule), (row) => row),
  };
}

function hasAllMarks(
  marked: readonly MarkedRepository[],
  rules: readonly ImmutableRule[],
): boolean {
  const match = compileRules(rules);
  return marked.every(({ repository, artifacts }) => {
    const mayBeImmutable = match(repository);
    return artifacts.every(({ tags, immutableTags }) =>
      tags.every((tag) => immutableTags.includes(tag) || !mayBeImmutable(tag)),
    );
  });
}

/** The repositories of one project to read, and how. */
interface ListsToRead {
  readonly repositories: readonly RepositoryAt[];
  readonly signal: AbortSignal;
  readonly read: (
    at: RepositoryAt,
    signal: AbortSignal,
  ) => Promise<ArtifactsWithRules['lists'][number]>;
}

/** Reads the lists between two looks at the rules, which Harbor reads by queries of their own. */
export async function readWithRules(
  caller: Caller,
  { repositories, signal, read }: ListsToRead,
): Promise<ArtifactsWithRules> {
  const [first] = repositories;
  if (first === undefined) return { lists: [], tagRules: 'readable' };
  const { project } = first;
  const before = await readTagRules(caller, { project, marked: [], signal });
  const lists = await sideBySide(signal, repositories, read);
  const marked = repositories.map(({ repository }, index) => {
    return { repository, artifacts: lists[index] ?? [] };
  });
  const after = await readTagRules(caller, { project, marked, signal });
  return { lists, tagRules: leastKnown([before, after]) };
}
