/** The rows of the registry in memory (memory-registry.ts), made of the stand-in's contents. */
import type { Artifact, Project, Repository, Tag } from '../../demo/harbor/model.ts';
import { isImmutable } from '../../demo/harbor/registry.ts';
import { mediaTypeOf, typeOf } from '../../demo/harbor/rows.ts';
import type { ArtifactDetail, RegistryArtifact } from '../../shared/ports/registry-artifact.ts';
import type * as rows from '../../shared/ports/registry-rows.ts';
import { isDigest } from '../../shared/values/names.ts';
import { humanSize } from '../../shared/values/size.ts';

const timeOf = (ms: number | null): string | null =>
  ms === null ? null : new Date(ms).toISOString();
const namesOf = (tags: readonly Tag[]): string[] => tags.map(({ name }) => name);
export const immutableTagsOf = (artifact: Artifact): string[] =>
  namesOf(artifact.tags.filter((tag) => isImmutable(artifact, tag)));
const digestsOf = (artifacts: readonly Artifact[]): string[] =>
  artifacts.map(({ digest }) => digest);

export function projectRow(project: Project): rows.Project {
  const time = timeOf(project.createdAt);
  return {
    name: project.name,
    project_id: project.id,
    public: project.public,
    repo_count: project.repositories.size,
    owner_name: 'admin',
    creation_time: time,
    update_time: time,
  };
}

export function repositoryRow({
  project,
  name,
  artifacts,
  pullCount,
  createdAt,
}: Repository): rows.Repository {
  const time = timeOf(createdAt);
  return {
    name,
    full_name: `${project.name}/${name}`,
    project: project.name,
    artifact_count: [...artifacts.values()].filter(isListed).length,
    pull_count: pullCount,
    creation_time: time,
    update_time: time,
  };
}

/** Whether the list of a repository has the artifact. */
export function isListed({ tags, parents, accessory }: Artifact): boolean {
  return accessory === null && (parents.length === 0 || tags.length > 0);
}

export function artifactRow(artifact: Artifact): rows.Artifact {
  const parts = artifact.children.length > 0 ? artifact.children : [artifact];
  return {
    digest: artifact.digest,
    tags: namesOf(artifact.tags),
    type: typeOf(artifact),
    media_type: mediaTypeOf(artifact),
    size: humanSize(artifact.sizeBytes),
    size_bytes: artifact.sizeBytes,
    push_time: timeOf(artifact.pushedAt),
    pull_time: timeOf(artifact.pulledAt),
    platforms: parts.map(({ platform: { os, architecture, variant = null }, digest }) => ({
      os,
      architecture,
      variant,
      digest,
    })),
    annotations: { ...artifact.annotations },
  };
}

export function detailedRow(artifact: Artifact): rows.DetailedArtifact {
  const accessories = artifact.accessories.map(({ accessory, digest, sizeBytes }) => ({
    type: accessory?.type ?? null,
    digest,
    sizeBytes,
  }));
  const details = { accessories, immutableTags: immutableTagsOf(artifact) };
  return { ...artifactRow(artifact), details };
}

export function imageRows(artifact: Artifact): rows.RegistryImage[] {
  const { repository, digest, sizeBytes, tags } = artifact;
  const size = humanSize(sizeBytes);
  return namesOf(tags).map((tag) => {
    return { repository: repository.name, tag, digest, size, project: repository.project.name };
  });
}

export function registryArtifact(artifact: Artifact): RegistryArtifact {
  return {
    digest: artifact.digest,
    type: typeOf(artifact),
    tags: namesOf(artifact.tags),
    immutableTags: immutableTagsOf(artifact),
    children: digestsOf(artifact.children),
    sizeBytes: artifact.sizeBytes,
    pushTime: timeOf(artifact.pushedAt),
    pullTime: timeOf(artifact.pulledAt),
  };
}

/** The accessories of an artifact, and theirs. */
export function accessoriesBelow({ accessories }: Artifact): readonly Artifact[] {
  return accessories.flatMap((one) => [one, ...accessoriesBelow(one)]);
}

export function artifactDetail(artifact: Artifact): ArtifactDetail {
  const { digest } = artifact;
  if (!isDigest(digest)) throw new Error(`${digest} is no digest`);
  return {
    digest,
    tags: namesOf(artifact.tags),
    size_bytes: artifact.sizeBytes,
    pushTime: timeOf(artifact.pushedAt),
    childDigests: digestsOf(artifact.children),
    accessoryDigests: digestsOf(accessoriesBelow(artifact)),
    immutableTags: immutableTagsOf(artifact),
  };
}
