/**
 * A registry in memory behind the port of the domain (shared/ports/registry.ts): no HTTP, no pages of lists, no waiting.
 * Its contents are those of the stand-in (demo/harbor/registry.ts), so that a test changes both in the same way.
 */
import { ApiError } from '../../demo/harbor/answer.ts';
import { artifactDeletion, type Deletion } from '../../demo/harbor/deletions.ts';
import { configDigestOf } from '../../demo/harbor/manifests.ts';
import type { Artifact, Project, Repository } from '../../demo/harbor/model.ts';
import { type Registry as Contents, isImmutable } from '../../demo/harbor/registry.ts';
import { createKnownManifests } from '../../shared/adapters/harbor/http/known-manifests.ts';
import type { Registry, RegistrySession, SessionRequest } from '../../shared/ports/registry.ts';
import type {
  ArtifactDeletion,
  DeletionTarget,
  MarkedTags,
} from '../../shared/ports/registry-artifact.ts';
import { type Missing, RegistryProblem } from '../../shared/ports/registry-problem.ts';
import { compareTexts } from '../../shared/values/compare-texts.ts';
import {
  isProjectName,
  isRepositoryName,
  type Reference,
  type RepositoryAt,
  referenceText,
} from '../../shared/values/names.ts';
import { Problem, type ProblemCode } from '../../shared/values/problem.ts';
import { cutSlice } from '../../shared/values/slice.ts';
import { leastKnown, type TagRules } from '../../shared/values/tag-rules.ts';
import {
  accessoriesBelow,
  artifactDetail,
  artifactRow,
  detailedRow,
  imageRows,
  immutableTagsOf,
  isListed,
  projectRow,
  registryArtifact,
  repositoryRow,
} from './memory-rows.ts';

export interface MemoryRegistryOptions {
  readonly contents: Contents;
  /** Default: `valid`. Without a login, only public projects are there. */
  readonly login?: 'valid' | 'refused' | 'none';
  /** Default: none. Each method that it makes for a session replaces the session's own. */
  readonly faults?: (session: RegistrySession) => Partial<RegistrySession>;
  /** Milliseconds since the epoch, for `deletions`. */
  readonly now?: () => number;
}

export interface MemoryRegistry {
  readonly registry: Registry;
  /** Whether nothing answers. */
  isDown: boolean;
  /** Whether it can read its rules of immutable tags. Otherwise every tag seems mutable, and it deletes nothing. */
  areRulesReadable: boolean;
  /** The targets of deletions whose turn came, whatever became of them. */
  readonly sent: DeletionTarget[];
  /** What was deleted, in order. */
  readonly deletions: (Deletion & { readonly atMs: number })[];
}

/** A failure of this registry. */
class MemoryProblem extends RegistryProblem {
  override readonly missing: Missing | null;

  constructor(code: ProblemCode, detail: string, missing: Missing | null = null) {
    super(code, detail);
    this.missing = missing;
  }
}

export function memoryRegistry(options: MemoryRegistryOptions): MemoryRegistry {
  const { contents, login = 'valid', faults = () => ({}), now = Date.now } = options;
  const turns = new Map<string, Promise<unknown>>();
  const known = createKnownManifests();

  /** @throws Problem as a call does that gets no usable answer */
  const requireAnswer = (): void => {
    if (memory.isDown) throw new MemoryProblem('harbor_unreachable', 'The registry is down.');
    if (login === 'refused') throw new MemoryProblem('harbor_unauthorized', 'Wrong password.');
  };
  const visible = (): readonly Project[] =>
    [...contents.projects()].filter((project) => project.public || login === 'valid');
  const projectNamed = (name: string): Project =>
    visible().find((project) => project.name === name) ?? notFound('project', name);
  const repositoryOf = ({ project, repository }: RepositoryAt): Repository =>
    projectNamed(project).repositories.get(repository) ?? notFound('repository', repository);
  const artifactOf = (at: RepositoryAt, reference: Reference): Artifact => {
    const { artifacts, tags } = repositoryOf(at);
    const found = reference.kind === 'tag' ? tags : artifacts;
    const name = referenceText(reference);
    return found.get(name) ?? notFound('artifact', name);
  };
  const listed = (at: RepositoryAt): readonly Artifact[] =>
    [...repositoryOf(at).artifacts.values()].filter(isListed).toSorted(lastPushedFirst);

  const withRules = <Row extends { readonly immutableTags: readonly string[] }>(row: Row): Row =>
    memory.areRulesReadable ? row : { ...row, immutableTags: [] };

  /** Sends a deletion that is allowed to begin. */
  const carryOut = (target: DeletionTarget): void => {
    memory.sent.push(target);
    if (memory.isDown) {
      const extras = { outcome: 'unknown' };
      throw new Problem('harbor_timeout', 'The registry went down.', { extras });
    }
    if (contents.readOnly) throw new MemoryProblem('harbor_read_only', 'It is read-only.');
    if (!memory.areRulesReadable) throw new MemoryProblem('harbor_error', 'It has no rules.');
    const { at, digest, tag } = target;
    const artifact = orGone(() => artifactOf(at, { kind: 'digest', digest }));
    if (tag !== null && !artifact.tags.some(({ name }) => name === tag)) {
      orGone(() => notFound('tag', tag));
    }
    memory.deletions.push({ ...deleteFrom(contents, artifact, tag), atMs: now() });
  };

  function sessionOf({ signal }: SessionRequest): RegistrySession {
    /** Answers from the contents as they are now. */
    const ask = async <T>(answer: () => T, until = signal): Promise<T> => {
      until.throwIfAborted();
      requireAnswer();
      return answer();
    };
    /** The same for what the registry may not be able to say. */
    const askOr = <T, Otherwise>(otherwise: Otherwise, answer: () => T): Promise<T | Otherwise> =>
      ask(answer).catch((err: unknown) => {
        if (err instanceof Problem) return otherwise;
        throw err;
      });
    const configDigests = (at: RepositoryAt, manifests: readonly string[]) =>
      askOr(null, () => {
        const { artifacts } = repositoryOf(at);
        if (!manifests.every((digest) => artifacts.get(digest)?.children.length === 0)) return null;
        for (const one of manifests) known.add(one, { configDigest: configDigestOf(one) });
        return manifests.map(configDigestOf);
      });
    const tagRules = ({ project, repository }: RepositoryAt, artifact: MarkedTags | null) =>
      askOr<TagRules, TagRules>('unreadable', () => {
        const known = projectNamed(project).repositories.get(repository);
        if (login === 'none') return 'hidden';
        const { tags = [], immutableTags = [] } = artifact ?? {};
        const isImmutableNow = (tag: string) => {
          const holder = known?.tags.get(tag);
          return holder !== undefined && immutableTagsOf(holder).includes(tag);
        };
        const isMarkMissing = tags.some(
          (tag) => !immutableTags.includes(tag) && isImmutableNow(tag),
        );
        return memory.areRulesReadable && !isMarkMissing ? 'readable' : 'unreadable';
      });
    const session: RegistrySession = {
      isAnonymous: login === 'none',
      configs: known,
      listProjects: (slice) => ask(() => cutSlice(visible().map(projectRow).sort(byName), slice)),
      listRepositories: (project, slice) =>
        ask(() => cutSlice(newestFirst(projectNamed(project)).map(repositoryRow), slice)),
      listArtifacts: (at, slice) => ask(() => cutSlice(listed(at).map(artifactRow), slice)),
      packArtifacts: (at, pack) => ask(() => pack(listed(at).map(artifactRow))),
      listDetailedArtifacts: (at, slice) => ask(() => cutSlice(listed(at).map(detailedRow), slice)),
      getDetailedArtifact: (at, reference) => ask(() => detailedRow(artifactOf(at, reference))),
      listImages: () =>
        ask(() => {
          const repositories = visible().toSorted(byName).flatMap(repositoriesByName);
          return { rows: repositories.flatMap((at) => listed(at).flatMap(imageRows)), errors: [] };
        }),

      admit: async (work) => {
        signal.throwIfAborted();
        return work(signal);
      },
      readArtifacts: (at, own) =>
        ask(
          () => orNone(() => listed(at).map((one) => withRules(registryArtifact(one)))),
          own?.signal,
        ),
      readArtifactsWithRules: async (repositories, own) => {
        const [first] = repositories;
        if (first === undefined) return { lists: [], tagRules: 'readable' };
        const before = await session.tagRules(first, null);
        const lists = await Promise.all(repositories.map((at) => session.readArtifacts(at, own)));
        const looks = repositories.flatMap((at, index) =>
          [null, ...(lists[index] ?? [])].map((artifact) => session.tagRules(at, artifact)),
        );
        return { lists, tagRules: leastKnown([before, ...(await Promise.all(looks))]) };
      },
      readDigest: ({ reference, ...at }, own) =>
        ask(() => orNone(() => artifactOf(at, reference).digest), own?.signal),
      readRepositories: (project, own) =>
        ask(() => {
          const projects = project === null ? visible() : [projectNamed(project)];
          return projects.flatMap(repositoriesByName);
        }, own?.signal),
      readConfigDigests: configDigests,
      proveLogin: (own) => ask(() => undefined, own),

      getArtifact: (at, reference) =>
        ask(() => withRules(artifactDetail(artifactOf(at, reference)))),
      childrenOf: (at, digest) =>
        askOr(null, () => digestsOf(artifactOf(at, { kind: 'digest', digest }).children)),
      findRelatives: (at, { digest }) =>
        ask(() => {
          const artifact = repositoryOf(at).artifacts.get(digest);
          if (artifact === undefined) return NO_RELATIVES;
          const children = goingWith(artifact);
          return {
            parentDigests: digestsOf(artifact.parents),
            childDigests: digestsOf(children),
            accessoryDigests: digestsOf([artifact, ...children].flatMap(accessoriesBelow)),
          };
        }),
      otherRepositories: (at, digest) =>
        askOr(null, () => {
          if (login === 'none') return null;
          const all = visible().flatMap((project) => [...project.repositories.values()]);
          const own = `${at.project}/${at.repository}`;
          const names = all.filter(({ artifacts }) => artifacts.has(digest)).map(fullName);
          return names.filter((name) => name !== own).sort(compareTexts);
        }),
      configDigests,
      tagRules,
      isReadOnly: () => askOr(null, () => (login === 'none' ? null : contents.readOnly)),
      deleteInTurn: (at, work) => {
        const key = `${at.project}/${at.repository}`;
        const turn = (turns.get(key) ?? Promise.resolve()).then(work);
        turns.set(
          key,
          turn.catch(() => undefined),
        );
        return turn;
      },
      deleteArtifact: async ({ beforeSend, ...target }: ArtifactDeletion) => {
        signal.throwIfAborted();
        await beforeSend?.();
        carryOut(target);
      },
      remainingTarget: ({ at, digest, tag }) =>
        ask(() => {
          const artifact = orNone(() =>
            artifactOf(at, tag === null ? { kind: 'digest', digest } : { kind: 'tag', tag }),
          );
          if (artifact?.digest !== digest) return null;
          const pushed = artifact.tags.find(({ name }) => name === tag) ?? artifact;
          return { pushTime: new Date(pushed.pushedAt).toISOString() };
        }),
    };
    return session;
  }

  const registry: Registry = {
    host: 'http://harbor.example.test',
    session(request) {
      const session = sessionOf(request);
      return { ...session, ...faults(session) };
    },
    checkCredentials: async (signal) => {
      signal.throwIfAborted();
      requireAnswer();
    },
    forget: () => undefined,
  };
  const memory: MemoryRegistry = {
    registry,
    isDown: false,
    areRulesReadable: true,
    sent: [],
    deletions: [],
  };
  return memory;
}

const NO_RELATIVES = { parentDigests: [], childDigests: [], accessoryDigests: [] } as const;

function notFound(missing: Missing, name: string): never {
  throw new MemoryProblem('harbor_not_found', `The registry has no ${missing} ${name}.`, missing);
}

/** The answer; null if something that it needs does not exist. */
function orNone<T>(answer: () => T): T | null {
  try {
    return answer();
  } catch (err) {
    if (err instanceof MemoryProblem && err.missing !== null) return null;
    throw err;
  }
}

/** @throws Problem with `outcome: "gone"` if the target does not exist any more */
function orGone<T>(find: () => T): T {
  const found = orNone(find);
  if (found !== null) return found;
  throw new Problem('harbor_not_found', 'It is gone.', { extras: { outcome: 'gone' } });
}

function deleteFrom(contents: Contents, artifact: Artifact, tag: string | null): Deletion {
  try {
    if (tag === null) {
      const removed = contents.deleteArtifact(artifact);
      return artifactDeletion(artifact, removed);
    }
    contents.deleteTag(artifact, tag);
    return { ...artifactDeletion(artifact, []), what: 'tag', tags: [tag] };
  } catch (err) {
    if (!(err instanceof ApiError)) throw err;
    const isRule = artifact.tags.some((one) => isImmutable(artifact, one));
    throw new MemoryProblem(isRule ? 'artifact_immutable' : 'artifact_referenced', err.message);
  }
}

/** The children that go with an index: those without a tag that no other index holds, and theirs. */
function goingWith(first: Artifact): readonly Artifact[] {
  const gone = new Set([first]); // a loop over a Set visits what is added meanwhile
  for (const index of gone) {
    for (const child of index.children) {
      const isHeld = child.parents.some((parent) => !gone.has(parent));
      if (child.tags.length === 0 && !isHeld) gone.add(child);
    }
  }
  return [...gone].slice(1);
}

function lastPushedFirst(a: Artifact, b: Artifact): number {
  return b.pushedAt - a.pushedAt || b.id - a.id;
}

function newestFirst({ repositories }: Project): readonly Repository[] {
  return [...repositories.values()].sort((a, b) => b.createdAt - a.createdAt || b.id - a.id);
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return compareTexts(a.name, b.name);
}

function repositoriesByName(project: Project): readonly RepositoryAt[] {
  return [...project.repositories.values()].sort(byName).map(addressOf);
}

function addressOf({ project, name }: Repository): RepositoryAt {
  if (isProjectName(project.name) && isRepositoryName(name))
    return { project: project.name, repository: name };
  throw new Error(`${project.name}/${name} is no name of a repository`);
}

function fullName({ project, name }: Repository): string {
  return `${project.name}/${name}`;
}

function digestsOf(artifacts: readonly Artifact[]): readonly string[] {
  return artifacts.map(({ digest }) => digest);
}
