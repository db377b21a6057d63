/** Harbor's JSON for projects, repositories, artifacts and tags. Keys are sorted, as Go's are. */
import type { Login } from './access.ts';
import type { Artifact, ArtifactKind, Project, Repository, Role, Tag } from './model.ts';
import { escapePath } from './nginx.ts';
import type { Personality } from './personality.ts';
import { digestOf, isImmutable } from './registry.ts';

const NEVER = '0001-01-01T00:00:00.000Z';
const INDEX = 'application/vnd.oci.image.index.v1+json';
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const EMPTY_CONFIG = 'application/vnd.oci.empty.v1+json';

const ROLE_IDS: Readonly<Record<Role, number>> = {
  projectAdmin: 1,
  developer: 2,
  guest: 3,
  maintainer: 4,
  limitedGuest: 5,
};

interface KindFacts {
  readonly type: string;
  readonly mediaType: string;
  readonly manifest: string;
  readonly additions: readonly string[];
}
const IMAGE: KindFacts = {
  type: 'IMAGE',
  mediaType: 'application/vnd.oci.image.config.v1+json',
  manifest: MANIFEST,
  additions: ['build_history'],
};
const KINDS: Readonly<Record<ArtifactKind, KindFacts>> = {
  image: IMAGE,
  docker: {
    ...IMAGE,
    mediaType: 'application/vnd.docker.container.image.v1+json',
    manifest: 'application/vnd.docker.distribution.manifest.v2+json',
  },
  index: { ...IMAGE, mediaType: INDEX, manifest: INDEX, additions: [] },
  chart: {
    type: 'CHART',
    mediaType: 'application/vnd.cncf.helm.config.v1+json',
    manifest: MANIFEST,
    additions: ['dependencies', 'readme.md', 'values.yaml'],
  },
  wasm: { ...IMAGE, type: 'WASM', mediaType: 'application/vnd.wasm.config.v1+json' },
  unknown: { type: 'UNKNOWN', mediaType: EMPTY_CONFIG, manifest: MANIFEST, additions: [] },
};

const ICONS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.values(KINDS).map(({ type }) => [type, digestOf(type)]),
);

/** The parts of an artifact's row, from the `with_…` parameters. */
export interface ArtifactFlags {
  readonly tags: boolean;
  readonly immutable: boolean;
  readonly accessories: boolean;
  readonly labels: boolean;
}

/** Harbor's `type` of an artifact. */
export function typeOf(artifact: Artifact): string {
  return KINDS[artifact.kind].type;
}

/** The media type of the manifest itself. */
export function manifestTypeOf(artifact: Artifact): string {
  return KINDS[artifact.kind].manifest;
}

/** Harbor's `media_type` of an artifact. */
export function mediaTypeOf(artifact: Artifact): string {
  return KINDS[artifact.kind].mediaType;
}

/** The parts of the row that are not in the project itself. */
export function projectRow(
  project: Project,
  caller: Login,
  withDetail: boolean,
): Record<string, unknown> {
  const role = caller === null ? undefined : project.members[caller.name];
  const roleId = caller?.kind === 'admin' ? 1 : role === undefined ? undefined : ROLE_IDS[role];
  const time = new Date(project.createdAt).toISOString();
  const detail = withDetail
    ? { id: project.id, project_id: project.id, items: [] }
    : { items: null };
  return {
    creation_time: time,
    current_user_role_id: roleId,
    current_user_role_ids: roleId === undefined ? null : [roleId],
    cve_allowlist: { creation_time: NEVER, ...detail, update_time: NEVER },
    metadata: withDetail ? { public: String(project.public), ...project.metadata } : undefined,
    name: project.name,
    owner_id: 1,
    owner_name: withDetail ? 'admin' : undefined,
    project_id: project.id,
    registry_id: project.registryId ?? undefined,
    repo_count: project.repositories.size,
    update_time: time,
  };
}

export function repositoryRow(
  repository: Repository,
  artifactCount: number,
): Record<string, unknown> {
  const time = new Date(repository.createdAt).toISOString();
  return {
    artifact_count: artifactCount,
    creation_time: time,
    id: repository.id,
    name: `${repository.project.name}/${repository.name}`,
    project_id: repository.project.id,
    pull_count: repository.pullCount,
    update_time: time,
  };
}

export function artifactRow(
  artifact: Artifact,
  flags: ArtifactFlags,
  personality: Personality,
): Record<string, unknown> {
  const { repository } = artifact;
  const kind = KINDS[artifact.kind];
  const isIndex = artifact.kind === 'index';
  const named = personality.artifactType;
  const tags = flags.tags ? artifact.tags : [];
  return {
    accessories: flags.accessories ? orNull(artifact.accessories.map(accessoryRow)) : null,
    addition_links: additionLinks(artifact, kind.additions),
    annotations: artifact.annotations ?? undefined,
    artifact_type: named && !isIndex ? (artifact.artifactType ?? kind.mediaType) : undefined,
    digest: artifact.digest,
    extra_attrs: extraAttributes(artifact),
    icon: ICONS[kind.type],
    id: artifact.id,
    labels: flags.labels ? orNull(artifact.labels.map(labelRow)) : null,
    manifest_media_type: kind.manifest,
    media_type: kind.mediaType,
    project_id: repository.project.id,
    pull_time: timeOrNever(artifact.pulledAt),
    push_time: new Date(artifact.pushedAt).toISOString(),
    references: orNull(artifact.children.map((child) => referenceRow(artifact, child))),
    repository_id: repository.id,
    repository_name: named ? `${repository.project.name}/${repository.name}` : undefined,
    size: artifact.sizeBytes === 0 ? undefined : artifact.sizeBytes,
    tags: orNull(tags.map((tag) => tagRow(artifact, tag, { ...flags, personality }))),
    type: kind.type,
  };
}

export function tagRow(
  artifact: Artifact,
  tag: Tag,
  options: { readonly immutable: boolean; readonly personality: Personality },
): Record<string, unknown> {
  return {
    artifact_id: artifact.id,
    id: tag.id,
    immutable: options.immutable && isImmutable(artifact, tag),
    name: tag.name,
    pull_time: timeOrNever(tag.pulledAt),
    push_time: new Date(tag.pushedAt).toISOString(),
    repository_id: artifact.repository.id,
    signed: options.personality.signedTags ? false : undefined,
  };
}

/** A rule that makes tags immutable, in all repositories of its project. */
export function immutableRuleRow(pattern: string, index: number): Record<string, unknown> {
  const selector = { kind: 'doublestar', decoration: 'matches', pattern };
  return {
    action: 'immutable',
    id: index + 1,
    scope_selectors: {
      repository: [{ ...selector, decoration: 'repoMatches', pattern: '**' }],
    },
    tag_selectors: [selector],
    template: 'immutable_template',
  };
}

export function accessoryRow(accessory: Artifact): Record<string, unknown> {
  const subject = accessory.accessory?.subject ?? accessory;
  const { project, name } = subject.repository;
  const type = accessory.accessory?.type ?? '';
  return {
    artifact_id: accessory.id,
    creation_time: new Date(accessory.pushedAt).toISOString(),
    digest: accessory.digest,
    icon: type.startsWith('signature') ? digestOf(type) : '',
    id: accessory.id,
    size: accessory.sizeBytes,
    subject_artifact_digest: subject.digest,
    subject_artifact_id: subject.id,
    subject_artifact_repo: `${project.name}/${name}`,
    type,
  };
}

function referenceRow(index: Artifact, child: Artifact): Record<string, unknown> {
  const { architecture, os, variant } = child.platform;
  return {
    annotations: child.annotations ?? undefined,
    child_digest: child.digest,
    child_id: child.id,
    parent_id: index.id,
    platform: { OsFeatures: null, architecture, os, variant },
    urls: null,
  };
}

function labelRow(label: { id: number; name: string }): Record<string, unknown> {
  const time = '2026-01-12T08:00:00.000Z';
  return {
    color: '#00FF00',
    creation_time: time,
    description: label.name,
    id: label.id,
    name: label.name,
    scope: 'g',
    update_time: time,
  };
}

function additionLinks(
  artifact: Artifact,
  additions: readonly string[],
): Record<string, unknown> | undefined {
  if (additions.length === 0) return undefined;
  const { project, name } = artifact.repository;
  const segment = escapePath(name.replaceAll('/', '%2F'));
  const base = `/api/v2.0/projects/${project.name}/repositories/${segment}/artifacts/${artifact.digest}`;
  return Object.fromEntries(
    additions.map((name) => [name, { absolute: false, href: `${base}/additions/${name}` }]),
  );
}

function extraAttributes(artifact: Artifact): Record<string, unknown> | undefined {
  if (artifact.kind === 'index' || artifact.kind === 'unknown') return undefined;
  if (artifact.kind === 'chart') {
    const { name } = artifact.repository;
    return { apiVersion: 'v2', description: name, name, version: '0.1.0' };
  }
  if (artifact.kind === 'wasm') {
    return {
      'manifest.config.mediaType': KINDS.wasm.mediaType,
      'manifest.layers.mediaType': 'application/vnd.wasm.content.layer.v1+wasm',
      'org.opencontainers.image.title': '',
    };
  }
  return {
    architecture: artifact.platform.architecture,
    author: '',
    config: { Cmd: ['/hello'], Env: ['PATH=/bin'] },
    created: new Date(artifact.pushedAt).toISOString(),
    os: artifact.platform.os,
  };
}

function timeOrNever(time: number | null): string {
  return time === null ? NEVER : new Date(time).toISOString();
}

/** Go's nil slices are `null` on the wire. */
function orNull<Row>(rows: readonly Row[]): readonly Row[] | null {
  return rows.length === 0 ? null : rows;
}
