/** One artifact, its tags and its accessories. */
import { type Answer, ApiError, empty, json } from './answer.ts';
import { flagsOf, readFlags } from './artifact-lists.ts';
import { type ApiCall, pageOf } from './call.ts';
import { artifactDeletion } from './deletions.ts';
import type { Artifact, Right, Tag } from './model.ts';
import { type SortKeys, sortRows } from './query.ts';
import { requireRepository } from './repositories.ts';
import { accessoryRow, artifactRow, tagRow } from './rows.ts';

const TAG_SORT: SortKeys<Tag> = {
  id: (tag) => tag.id,
  name: (tag) => tag.name,
  push_time: (tag) => tag.pushedAt,
};

/** GET …/artifacts/{reference}. */
export function getArtifact(call: ApiCall): Answer {
  const artifact = requireArtifact(call, 'artifact:read');
  return json(artifactRow(artifact, flagsOf(call, 0), call.personality));
}

/** DELETE …/artifacts/{reference}: deletes the artifact with all its tags, even if one tag was named. */
export function deleteArtifact(call: ApiCall): Answer {
  const artifact = requireArtifact(call, 'artifact:delete');
  call.record(artifactDeletion(artifact, call.registry.deleteArtifact(artifact)));
  return empty();
}

/** GET …/artifacts/{reference}/tags. */
export function listTags(call: ApiCall): Answer {
  const artifact = requireArtifact(call, 'tag:list');
  const { immutable } = readFlags(call.query);
  const sort = call.query.get('sort') ?? '';
  const rows = sortRows(artifact.tags, sort, { keys: TAG_SORT, fallback: '-push_time,-id' });
  return pageOf(call, rows, (tag, index) => {
    const isShown = immutable && !call.fails('immutable', index);
    return JSON.stringify(
      tagRow(artifact, tag, { immutable: isShown, personality: call.personality }),
    );
  });
}

/** DELETE …/artifacts/{reference}/tags/{tag}: keeps the artifact. */
export function deleteTag(call: ApiCall): Answer {
  const [, , , name = ''] = call.params;
  const artifact = requireArtifact(call, 'tag:delete');
  call.registry.deleteTag(artifact, name);
  call.record({ ...artifactDeletion(artifact, []), what: 'tag', tags: [name] });
  return empty();
}

/** GET …/artifacts/{reference}/accessories. */
export function listAccessories(call: ApiCall): Answer {
  const { accessories } = requireArtifact(call, 'accessory:list');
  return pageOf(call, accessories, (accessory) => JSON.stringify(accessoryRow(accessory)));
}

function requireArtifact(call: ApiCall, right: Right): Artifact {
  const [project = '', , reference = ''] = call.params;
  const repository = requireRepository(call, right);
  const artifact = call.registry.artifact(project, repository.name, reference);
  if (artifact !== undefined) return artifact;
  const separator = /^sha256:[0-9a-f]{64}$/.test(reference) ? '@' : ':';
  const message = `artifact ${project}/${repository.name}${separator}${reference} not found`;
  throw new ApiError(404, 'NOT_FOUND', message);
}
