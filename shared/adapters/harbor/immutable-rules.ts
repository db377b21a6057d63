/** Whether Harbor can read its rules of immutable tags (docs/harbor.md#zeros-and-nulls-that-are-not-true). */
import type { ArtifactsWithRules } from '../../ports/registry-artifact.ts';
import type { ProjectName, RepositoryAt } from '../../values/names.ts';
import { Problem } from '../../values/problem.ts';
import { leastKnown, type TagRules } from '../../values/tag-rules.ts';
import { sideBySide } from '../../values/waiting/side-by-side.ts';
import type { Caller } from './http/call.ts';
import { harborPaths } from './http/url.ts';

/** Asks for the rules themselves: Harbor answers artifacts with 200 and no immutable tag while it cannot read them. */
export async function readTagRules(
  caller: Caller,
  project: ProjectName,
  signal: AbortSignal,
): Promise<TagRules> {
  if (caller.anonymous) return 'hidden'; // only some roles of a project may ask
  const path = harborPaths.immutableRules(project);
  const query = { page: '1', page_size: '1' };
  try {
    await caller.call({ method: 'GET', path, query, byName: true, signal });
    return 'readable';
  } catch (err) {
    if (!(err instanceof Problem)) throw err;
    return err.code === 'harbor_forbidden' ? 'hidden' : 'unreadable';
  }
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
  const before = await readTagRules(caller, first.project, signal);
  const lists = await sideBySide(signal, repositories, read);
  const after = await readTagRules(caller, first.project, signal);
  return { lists, tagRules: leastKnown([before, after]) };
}
