/** A registry in memory: the `Registry` port over the model of the demo, without HTTP, for tests of the domain. */
import { configDigestOf } from '../../demo/harbor/manifests.ts';
import type {
  Artifact as Stored,
  Repository as StoredRepository,
} from '../../demo/harbor/model.ts';
import { isImmutable, type Registry as Model } from '../../demo/harbor/registry.ts';
import type { Registry, RegistrySession } from '../../shared/ports/registry.ts';
import type { RegistryArtifact } from '../../shared/ports/registry-artifact.ts';
import { type Missing, RegistryProblem } from '../../shared/ports/registry-problem.ts';
import type { Artifact, DetailedArtifact } from '../../shared/ports/registry-rows.ts';
import {
  isDigest,
  isProjectName,
  isRepositoryName,
  type Reference,
  type RepositoryAt,
  referenceText,
} from '../../shared/values/names.ts';
import { Problem, type ProblemCode } from '../../shared/values/problem.ts';
import { humanSize } from '../../shared/values/size.ts';
import { cutSlice } from '../../shared/values/slice.ts';

/** A refusal of the registry. */
class MemoryProblem extends RegistryProblem {
  readonly missing: Missing | null;

  constructor(code: ProblemCode, detail: string, missing: Missing | null = null) {
    super(code, detail);
    this.missing = missing;
  }
}

const notFound = (missing: Missing) =>
  new MemoryProblem('harbor_not_found', `The registry has no such ${missing}.`, missing);

export interface MemoryRegistryOptions {
  readonly host?: string;
  /** The problem of every call, while there is one. */
  readonly fault?: () => Problem | null;
}

export function memoryRegistry(model: Model, options: MemoryRegistryOptions = {}): Registry {
  const { host = 'http://harbor.example.test', fault = () => null } = options;
  const check = async (): Promise<void> => {
    const problem = fault();
    if (problem !== null) throw problem;
  };
  const turns = new Map<string, Promise<unknown>>();

  const repositoryAt = ({ project, repository }: RepositoryAt): StoredRepository => {
    const found = model.repository(project, repository);
    if (found === undefined) throw notFound(model.project(project) ? 'repository' : 'project');
    return found;
  };
  const artifactAt = ({ project, repository }: RepositoryAt, reference: Reference): Stored => {
    repositoryAt({ project, repository });
    const found = model.artifact(project, repository, referenceText(reference));
    if (found === undefined) throw notFound('artifact');
    return found;
  };

  const session: Omit<RegistrySession, 'isAnonymous'> = {
    async listProjects(slice) {
      await check();
      const projects = [...model.projects()].map((project) => ({
        name: project.name,
        project_id: project.id,
        public: project.public,
        repo_count: project.repositories.size,
        owner_name: null,
        creation_time: timeOf(project.createdAt),
        update_time: null,
      }));
      return cutSlice(byName(projects), slice);
    },
    async listRepositories(project, slice) {
      await check();
      const found = model.project(project);
      if (found === undefined) throw notFound('project');
      const rows = [...found.repositories.values()].toReversed().map((repository) => ({
        name: repository.name,
        full_name: `${project}/${repository.name}`,
        project,
        artifact_count: listed(repository).length,
        pull_count: repository.pullCount,
        creation_time: timeOf(repository.createdAt),
        update_time: null,
      }));
      return cutSlice(rows, slice);
    },
    async listArtifacts(at, slice) {
      await check();
      return cutSlice(listed(repositoryAt(at)).map(artifactRow), slice);
    },
    async packArtifacts(at, pack) {
      await check();
      return pack(listed(repositoryAt(at)).map(artifactRow));
    },
    async listDetailedArtifacts(at, slice) {
      await check();
      return cutSlice(listed(repositoryAt(at)).map(detailedRow), slice);
    },
    async getDetailedArtifact(at, reference) {
      await check();
      return detailedRow(artifactAt(at, reference));
    },
    async listImages() {
      await check();
      const rows = [...model.projects()].flatMap((project) =>
        [...project.repositories.values()].flatMap((repository) =>
          listed(repository).flatMap(({ digest, sizeBytes, tags }) =>
            tags.map(({ name: tag }) => ({
              repository: repository.name,
              tag,
              digest,
              size: humanSize(sizeBytes),
              project: project.name,
            })),
          ),
        ),
      );
      return { rows, errors: [] };
    },
    admit: (work) => work(new AbortController().signal),
    async readArtifacts({ project, repository }) {
      await check();
      const found = model.repository(project, repository);
      return found === undefined ? null : listed(found).map(registryArtifact);
    },
    async readDigest({ reference, ...at }) {
      await check();
      return model.artifact(at.project, at.repository, referenceText(reference))?.digest ?? null;
    },
    async readRepositories(project) {
      await check();
      if (project !== null && model.project(project) === undefined) throw notFound('project');
      return [...model.projects()].flatMap(({ name, repositories }) =>
        [...repositories.keys()].flatMap((repository) =>
          (project === null || project === name) &&
          isProjectName(name) &&
          isRepositoryName(repository)
            ? { project: name, repository }
            : [],
        ),
      );
    },
    proveLogin: check,
    async getArtifact(at, reference) {
      await check();
      const { digest, sizeBytes, children, accessories, tags, ...rest } = artifactAt(at, reference);
      if (!isDigest(digest)) throw new Error('the model has a digest that is none');
      const stored = { digest, sizeBytes, children, accessories, tags, ...rest };
      return {
        digest,
        tags: tags.map(({ name }) => name),
        size_bytes: sizeBytes,
        childDigests: children.map((child) => child.digest),
        accessoryDigests: accessories.map((accessory) => accessory.digest),
        immutableTags: immutableTagsOf(stored),
      };
    },
    async childrenOf(at, digest) {
      await check();
      const found = model.artifact(at.project, at.repository, digest);
      return found?.children.map((child) => child.digest) ?? null;
    },
    async findRelatives(at, { digest }) {
      await check();
      const found = model.artifact(at.project, at.repository, digest);
      const going = found === undefined ? [] : goingWith(found);
      return {
        parentDigests: found?.parents.map((parent) => parent.digest) ?? [],
        childDigests: going.map((child) => child.digest),
        accessoryDigests: [...(found ? [found] : []), ...going].flatMap(({ accessories }) =>
          accessories.map((accessory) => accessory.digest),
        ),
      };
    },
    async otherRepositories(at, digest) {
      await check();
      const own = `${at.project}/${at.repository}`;
      return [...model.projects()]
        .flatMap((project) => [...project.repositories.values()])
        .filter((repository) => repository.artifacts.has(digest))
        .map((repository) => `${repository.project.name}/${repository.name}`)
        .filter((name) => name !== own)
        .toSorted();
    },
    async configDigests(_at, manifests) {
      await check();
      return manifests.map(configDigestOf);
    },
    async isReadOnly() {
      await check();
      return model.readOnly;
    },
    async deleteInTurn({ project, repository }, work) {
      const key = `${project}/${repository}`;
      const before = turns.get(key) ?? Promise.resolve();
      const mine = before.catch(() => undefined).then(work);
      turns.set(key, mine);
      return mine;
    },
    async deleteArtifact({ at, digest, tag, beforeSend }) {
      await beforeSend?.();
      await check();
      const reference =
        tag === null ? ({ kind: 'digest', digest } as const) : ({ kind: 'tag', tag } as const);
      const found = model.artifact(at.project, at.repository, referenceText(reference));
      if (found?.digest !== digest) throw goneFirst();
      if (model.readOnly) throw new MemoryProblem('harbor_read_only', 'The registry is read-only.');
      const names =
        tag === null ? immutableTagsOf(found) : immutableTagsOf(found).filter(isTag(tag));
      if (names.length > 0) throw new MemoryProblem('artifact_immutable', 'A tag is immutable.');
      if (tag === null && found.parents.length > 0) {
        throw new MemoryProblem('artifact_referenced', 'An index refers to the artifact.');
      }
      if (tag === null) model.deleteArtifact(found);
      else model.deleteTag(found, tag);
    },
    async remainingTarget({ at, digest, tag }) {
      await check();
      const found = model.artifact(at.project, at.repository, tag ?? digest);
      if (found?.digest !== digest) return null;
      const pushed = tag === null ? found : found.tags.find(({ name }) => name === tag);
      return { pushTime: pushed === undefined ? null : timeOf(pushed.pushedAt) };
    },
  };
  return {
    host,
    session: () => ({ ...session, isAnonymous: false }),
    checkCredentials: check,
    forget: () => undefined,
  };
}

const isTag = (tag: string) => (name: string) => name === tag;

function goneFirst(): Problem {
  return new Problem('harbor_not_found', 'It has already been deleted.', {
    extras: { outcome: 'gone' },
  });
}

/** The artifacts that have a tag, or are neither a child of an index nor an accessory; the last pushed first. */
function listed({ artifacts }: StoredRepository): readonly Stored[] {
  return [...artifacts.values()]
    .filter(({ tags, parents, accessory }) => {
      return tags.length > 0 || (parents.length === 0 && accessory === null);
    })
    .toSorted((a, b) => b.pushedAt - a.pushedAt || b.id - a.id);
}

/** The children without a tag that no other index holds, and theirs. */
function goingWith(artifact: Stored): readonly Stored[] {
  const gone = new Set([artifact]);
  for (const one of gone) {
    for (const child of one.children) {
      const isHeld = child.tags.length > 0 || child.parents.some((parent) => !gone.has(parent));
      if (!isHeld) gone.add(child);
    }
  }
  gone.delete(artifact);
  return [...gone];
}

function registryArtifact(artifact: Stored): RegistryArtifact {
  return {
    digest: artifact.digest,
    type: 'IMAGE',
    tags: artifact.tags.map(({ name }) => name),
    immutableTags: immutableTagsOf(artifact),
    children: artifact.children.map(({ digest }) => digest),
    sizeBytes: artifact.sizeBytes,
    pushTime: timeOf(artifact.pushedAt),
    pullTime: artifact.pulledAt === null ? null : timeOf(artifact.pulledAt),
  };
}

function artifactRow(artifact: Stored): Artifact {
  const { digest, type, tags, sizeBytes, pushTime, pullTime } = registryArtifact(artifact);
  return {
    digest,
    tags: [...tags],
    type,
    media_type: null,
    size: humanSize(sizeBytes),
    size_bytes: sizeBytes,
    push_time: pushTime,
    pull_time: pullTime,
    platforms: [],
    annotations: {},
  };
}

function detailedRow(artifact: Stored): DetailedArtifact {
  return {
    ...artifactRow(artifact),
    details: {
      accessories: artifact.accessories.map(({ digest, accessory, sizeBytes }) => ({
        type: accessory?.type ?? null,
        digest,
        sizeBytes,
      })),
      immutableTags: immutableTagsOf(artifact),
    },
  };
}

function immutableTagsOf(artifact: Stored): readonly string[] {
  return artifact.tags.filter((tag) => isImmutable(artifact, tag)).map(({ name }) => name);
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}

function byName<Row extends { readonly name: string }>(rows: readonly Row[]): readonly Row[] {
  return rows.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
