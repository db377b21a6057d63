/** Reads of Harbor that are reduced when they arrive, because answers over nodes read whole registries. */

import * as z from 'zod/mini';
import type { RegistryArtifact } from '../../ports/registry-artifact.ts';
import { isMissing } from '../../ports/registry-problem.ts';
import {
  isProjectName,
  isRepositoryName,
  type ProjectName,
  printable,
  type Reference,
  type RepositoryAt,
} from '../../values/names.ts';
import { arrayOf } from '../../values/parse-json.ts';
import { sideBySide } from '../../values/waiting/side-by-side.ts';
import { provenArtifacts } from './artifacts.ts';
import type { Caller } from './http/call.ts';
import { HarborProblem } from './http/failure.ts';
import { harborPaths, NEWEST_ARTIFACTS } from './http/url.ts';
import { count, lacksRepositoryName, readBody, reader, text, timeOf } from './http/wire.ts';
import type { ListPlan } from './lists/pages.ts';
import { wireTag } from './lists/tag-rows.ts';
import { listAll } from './lists/whole-list.ts';
import { provenProjects } from './project-list.ts';
import { wireRepositories, withoutProject } from './repositories.ts';

const wireArtifact = z.object({
  digest: z.string(),
  repository_name: text,
  type: text,
  size: count,
  push_time: text,
  pull_time: text,
  tags: z.nullish(arrayOf(wireTag)),
  references: z.nullish(arrayOf(z.object({ child_digest: z.string() }))),
});
const wireDigest = z.object({ digest: z.string() });

const NONE: readonly string[] = Object.freeze([]);

/** As `RegistryReader.artifacts`. */
export async function readArtifacts(
  caller: Caller,
  at: RepositoryAt,
  signal: AbortSignal,
): Promise<readonly RegistryArtifact[] | null> {
  try {
    const list = { at, signal, slice: null };
    return (await provenArtifacts(caller, registryRows(at), list)).rows;
  } catch (err) {
    if (isMissing(err, 'repository')) return null;
    if (await isWithoutProject(caller, { err, project: at.project, signal })) return null;
    throw err;
  }
}

/** As `RegistryReader.digestOf`. */
export async function readDigest(
  caller: Caller,
  { reference, ...at }: RepositoryAt & { readonly reference: Reference },
  signal: AbortSignal,
): Promise<string | null> {
  const call = { method: 'GET', path: harborPaths.artifact(at, reference) } as const;
  try {
    const query = { with_tag: 'false' };
    const { body } = await caller.call({ ...call, query, signal });
    return readBody(wireDigest, call, body).digest;
  } catch (err) {
    // Any other 404, such as one for the path, says nothing about the artifact.
    if (isMissing(err, 'artifact', 'repository')) return null;
    throw err;
  }
}

/** As `RegistryReader.repositories`. */
export async function readRepositories(
  caller: Caller,
  project: ProjectName | null,
  signal: AbortSignal,
): Promise<readonly RepositoryAt[]> {
  if (project !== null) return repositoriesOf(caller, project, signal);
  const projects = (await provenProjects(caller, signal))
    .filter(({ repo_count }) => (repo_count ?? 0) > 0)
    .map(({ name }) => name);
  const lists = await sideBySide(signal, projects, (name, either) => {
    if (!isProjectName(name)) throw invalidName(name);
    return repositoriesOf(caller, name, either);
  });
  return lists.flat();
}

async function repositoriesOf(
  caller: Caller,
  project: ProjectName,
  signal: AbortSignal,
): Promise<readonly RepositoryAt[]> {
  const rows = await listAll(caller, wireRepositories(project), signal);
  return rows.map(({ name }) => {
    const repository = withoutProject(project, name);
    if (!isRepositoryName(repository)) throw invalidName(name);
    return { project, repository };
  });
}

/** A list with it could not be completed, because it cannot be part of a URL. */
function invalidName(name: string): HarborProblem {
  const what = `Check that name in Harbor. Harbor lists ${printable(name)}, which is not a name that Harbor allows.`;
  const call = { method: 'GET', path: harborPaths.projects() } as const;
  return new HarborProblem(call, 'harbor_bad_response', what);
}

/** The list of a repository's artifacts. */
function registryRows(at: RepositoryAt): ListPlan<RegistryArtifact> {
  const path = harborPaths.artifacts(at);
  return {
    path,
    query: { ...NEWEST_ARTIFACTS, with_immutable_status: 'true' },
    key: (row) => row.digest,
    read: reader(path, arrayOf(wireArtifact), registryArtifact, lacksRepositoryName),
  };
}

function registryArtifact(artifact: z.infer<typeof wireArtifact>): RegistryArtifact {
  const tags = artifact.tags ?? [];
  return {
    digest: artifact.digest,
    type: artifact.type ?? null,
    tags: namesOrNone(tags),
    immutableTags: namesOrNone(tags.filter(({ immutable }) => immutable === true)),
    children: artifact.references?.map(({ child_digest }) => child_digest) ?? NONE,
    sizeBytes: artifact.size ?? 0,
    pushTime: timeOf(artifact.push_time),
    pullTime: timeOf(artifact.pull_time),
  };
}

function namesOrNone(tags: readonly { readonly name: string }[]): readonly string[] {
  return tags.length === 0 ? NONE : tags.map(({ name }) => name);
}

/**
 * Tells whether a call failed because its project does not exist. Administrators get a 404 and others a 403, which
 * they also get for the projects of others. Harbor tells every valid login whether a project exists, and
 * without one answers 401 (docs/harbor.md#what-does-not-exist).
 */
async function isWithoutProject(
  caller: Caller,
  failed: { readonly err: unknown; readonly project: ProjectName; readonly signal: AbortSignal },
): Promise<boolean> {
  const { err, project, signal } = failed;
  const isForbidden = err instanceof HarborProblem && err.code === 'harbor_forbidden';
  if (caller.anonymous || !(isForbidden || isMissing(err, 'project'))) return false;
  const call = { method: 'HEAD', path: harborPaths.projects() } as const;
  const query = { project_name: project };
  const { status } = await caller.call({ ...call, query, signal, provesLogin: true });
  return status === 404;
}
