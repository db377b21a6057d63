/** The state of the stand-in registry and its changes, with Harbor's rules for deletes. */
import { createHash } from 'node:crypto';
import { ApiError } from './answer.ts';
import type { Account, Artifact, Project, Repository, Tag } from './model.ts';
import type { ArtifactSeed, ProjectSeed, RegistrySeed } from './seed.ts';

const FIRST_PUSH = Date.UTC(2026, 0, 12, 8, 30);
const NONE: readonly Artifact[] = Object.freeze([]);
/** Results of filters and sorts that are kept until the next change. */
const MAX_VIEWS = 4096;

/** The `sha256:…` of a text: a digest for content that does not exist. */
export function digestOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

/** A registry in memory. All changes go through its methods. */
export class Registry {
  readonly #accounts: Map<string, Account>;
  readonly #projects = new Map<string, Project>();
  readonly #views = new Map<string, unknown>();
  /** Harbor's system-wide read-only mode: every DELETE is 403 DENIED. */
  readOnly = false;
  #ids = { project: 0, repository: 0, artifact: 0, tag: 0 };
  #clock = FIRST_PUSH;

  constructor(seed: RegistrySeed) {
    this.#accounts = new Map(seed.accounts.map((account) => [account.name, account]));
    for (const project of seed.projects) this.addProject(project);
  }

  get accounts(): ReadonlyMap<string, Account> {
    return this.#accounts;
  }

  changePassword(name: string, password: string): void {
    const account = this.#accounts.get(name);
    if (account === undefined) throw new Error(`the stand-in has no account ${name}`);
    this.#accounts.set(name, { ...account, password });
  }

  addProject(seed: ProjectSeed): Project {
    const id = seed.id ?? this.#ids.project + 1;
    this.#ids.project = Math.max(this.#ids.project, id);
    const project: Project = {
      id,
      name: seed.name,
      public: seed.public ?? false,
      createdAt: this.#tick(),
      members: seed.members ?? {},
      immutableTags: seed.immutableTags ?? [],
      registryId: seed.registryId ?? null,
      metadata: seed.metadata ?? {},
      repositories: new Map(),
    };
    this.#projects.set(project.name, project);
    this.#views.clear();
    for (const [name, artifacts] of Object.entries(seed.repositories ?? {})) {
      this.#repository(project, name);
      for (const artifact of artifacts) this.push(project.name, name, artifact);
    }
    return project;
  }

  /** Pushes an artifact. Creates the repository if it is new, and moves tags to the new artifact. */
  push(projectName: string, repositoryName: string, seed: ArtifactSeed): Artifact {
    const project = this.#projects.get(projectName);
    if (project === undefined) throw new Error(`the stand-in has no project ${projectName}`);
    const artifact = this.#add(this.#repository(project, repositoryName), seed, null);
    this.#views.clear();
    return artifact;
  }

  /** A pull by tag: records the time, and counts it in the repository. */
  pull(projectName: string, repositoryName: string, tagName: string): void {
    const artifact = this.artifact(projectName, repositoryName, tagName);
    if (artifact === undefined) throw new Error(`the stand-in has no ${repositoryName}:${tagName}`);
    artifact.repository.pullCount += 1;
    artifact.pulledAt = this.#tick();
    for (const tag of artifact.tags) if (tag.name === tagName) tag.pulledAt = artifact.pulledAt;
    this.#views.clear();
  }

  projects(): Iterable<Project> {
    return this.#projects.values();
  }

  project(name: string): Project | undefined {
    return this.#projects.get(name);
  }

  projectById(id: number): Project | undefined {
    for (const project of this.#projects.values()) if (project.id === id) return project;
    return undefined;
  }

  repository(projectName: string, name: string): Repository | undefined {
    return this.#projects.get(projectName)?.repositories.get(name);
  }

  /** An artifact by tag or digest, children and accessories included. */
  artifact(projectName: string, repositoryName: string, reference: string): Artifact | undefined {
    const repository = this.repository(projectName, repositoryName);
    return repository?.tags.get(reference) ?? repository?.artifacts.get(reference);
  }

  /** A derived list, made once for each key and kept until the registry changes. */
  view<Value>(key: string, make: () => Value): Value {
    if (this.#views.has(key)) return this.#views.get(key) as Value;
    if (this.#views.size >= MAX_VIEWS) this.#views.clear();
    const value = make();
    this.#views.set(key, value);
    return value;
  }

  /** An artifact's row as text, made once for each variant and kept until the registry changes. */
  text(artifact: Artifact, variant: string, make: () => string): string {
    const texts = this.view(`texts ${variant}`, () => new WeakMap<Artifact, string>());
    const known = texts.get(artifact);
    if (known !== undefined) return known;
    const text = make();
    texts.set(artifact, text);
    return text;
  }

  /**
   * Deletes an artifact with its tags, its accessories and the children that have no tag and no other index.
   * Returns all deleted artifacts, itself first.
   */
  deleteArtifact(artifact: Artifact): readonly Artifact[] {
    if (artifact.parents.length > 0) {
      throw new ApiError(
        412,
        'VIOLATE_FOREIGN_KEY_CONSTRAINT',
        'the deleting artifact is referenced by others',
      );
    }
    this.#refuseImmutable(artifact);
    const removed = this.#remove(artifact);
    this.#views.clear();
    return removed;
  }

  deleteTag(artifact: Artifact, name: string): void {
    const tag = artifact.tags.find((candidate) => candidate.name === name);
    if (tag === undefined) {
      const message = `tag ${name} attached to artifact ${artifact.id} not found`;
      throw new ApiError(404, 'NOT_FOUND', message);
    }
    if (isImmutable(artifact, tag)) throw immutable(tag);
    this.#untag(artifact, tag);
    this.#views.clear();
  }

  deleteRepository(repository: Repository): void {
    for (const artifact of repository.artifacts.values()) this.#refuseImmutable(artifact);
    repository.project.repositories.delete(repository.name);
    this.#views.clear();
  }

  deleteProject(project: Project): void {
    if (project.repositories.size > 0) {
      const message = 'precondition failed: the project contains repositories, can not be deleted';
      throw new ApiError(412, 'PRECONDITION', message);
    }
    this.#projects.delete(project.name);
    this.#views.clear();
  }

  #repository(project: Project, name: string): Repository {
    const known = project.repositories.get(name);
    if (known !== undefined) return known;
    this.#ids.repository += 1;
    const repository: Repository = {
      id: this.#ids.repository,
      project,
      name,
      createdAt: this.#tick(),
      pullCount: 0,
      artifacts: new Map(),
      tags: new Map(),
    };
    project.repositories.set(name, repository);
    return repository;
  }

  #add(repository: Repository, seed: ArtifactSeed, accessory: Artifact['accessory']): Artifact {
    const children = (seed.children ?? []).map((child) => this.#add(repository, child, null));
    const { project, name } = repository;
    const digest = seed.digest ?? digestOf(`${project.name}/${name} ${repository.artifacts.size}`);
    const known = repository.artifacts.get(digest);
    const artifact = known ?? this.#create(repository, digest, { seed, children, accessory });
    for (const tag of seed.tags ?? []) this.#tag(artifact, tag);
    for (const child of children) child.parents = [...child.parents, artifact];
    for (const { type, ...referrer } of seed.accessories ?? []) {
      const added = this.#add(repository, referrer, { subject: artifact, type });
      artifact.accessories = [...artifact.accessories, added];
    }
    return artifact;
  }

  #create(
    repository: Repository,
    digest: string,
    parts: {
      seed: ArtifactSeed;
      children: readonly Artifact[];
      accessory: Artifact['accessory'];
    },
  ): Artifact {
    const { seed, children, accessory } = parts;
    this.#ids.artifact += 1;
    const childBytes = children.reduce((sum, child) => sum + child.sizeBytes, 0);
    const artifact: Artifact = {
      id: this.#ids.artifact,
      repository,
      digest,
      kind: seed.kind ?? (children.length > 0 ? 'index' : 'image'),
      artifactType: seed.artifactType ?? null,
      platform: seed.platform ?? { architecture: 'amd64', os: 'linux' },
      sizeBytes: (seed.sizeBytes ?? (children.length > 0 ? 506 : 838)) + childBytes,
      pushedAt: seed.pushedAt ?? this.#tick(),
      pulledAt: seed.pulledAt ?? null,
      tags: [],
      children,
      parents: NONE,
      accessories: NONE,
      accessory,
      configDigest: seed.configDigest ?? null,
      annotations: seed.annotations ?? null,
      labels: seed.labels ?? [],
    };
    repository.artifacts.set(digest, artifact);
    return artifact;
  }

  #tag(artifact: Artifact, name: string): void {
    const { repository } = artifact;
    const holder = repository.tags.get(name);
    const moved = holder?.tags.find((candidate) => candidate.name === name);
    if (holder !== undefined && moved !== undefined) this.#untag(holder, moved);
    this.#ids.tag += 1;
    const tag = { id: this.#ids.tag, name, pushedAt: artifact.pushedAt + 9, pulledAt: null };
    artifact.tags = [tag, ...artifact.tags];
    repository.tags.set(name, artifact);
  }

  #untag(artifact: Artifact, tag: Tag): void {
    artifact.tags = artifact.tags.filter((candidate) => candidate !== tag);
    artifact.repository.tags.delete(tag.name);
  }

  #refuseImmutable(artifact: Artifact): void {
    const tag = artifact.tags.find((candidate) => isImmutable(artifact, candidate));
    if (tag !== undefined) throw immutable(tag);
  }

  #remove(artifact: Artifact): Artifact[] {
    const removed = [artifact];
    const { repository, accessory } = artifact;
    repository.artifacts.delete(artifact.digest);
    for (const tag of artifact.tags) repository.tags.delete(tag.name);
    for (const referrer of artifact.accessories) removed.push(...this.#remove(referrer));
    for (const child of artifact.children) {
      child.parents = child.parents.filter((parent) => parent !== artifact);
      if (child.parents.length === 0 && child.tags.length === 0) {
        removed.push(...this.#remove(child));
      }
    }
    if (accessory !== null) {
      const { subject } = accessory;
      subject.accessories = subject.accessories.filter((referrer) => referrer !== artifact);
    }
    return removed;
  }

  /** Each push is a little later than the one before, so that "newest first" is one order. */
  #tick(): number {
    this.#clock += 61_007;
    return this.#clock;
  }
}

/** Tells whether one of the project's rules protects this tag. */
export function isImmutable(artifact: Artifact, tag: Tag): boolean {
  return artifact.repository.project.immutableTags.some((pattern) =>
    pattern.endsWith('*') ? tag.name.startsWith(pattern.slice(0, -1)) : tag.name === pattern,
  );
}

function immutable(tag: Tag): ApiError {
  const message = `the tag ${tag.name} configured as immutable, cannot be deleted`;
  return new ApiError(412, 'PRECONDITION', message);
}
