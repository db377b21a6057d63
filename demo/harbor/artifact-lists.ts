/** The artifact lists: of a repository and, from 2.11.1 on, of a whole project. */
import { type Answer, ApiError } from './answer.ts';
import {
  type ApiCall,
  decodeRepository,
  pageOf,
  refuse,
  requireProject,
  requireRight,
} from './call.ts';
import type { Artifact, Repository } from './model.ts';
import { accepts, readPage, readTerms, type SortKeys, sortRows, type Term } from './query.ts';
import { type ArtifactFlags, artifactRow, mediaTypeOf, typeOf } from './rows.ts';

const NEWEST_FIRST = '-push_time,-id';

const SORT: SortKeys<Artifact> = {
  id: (artifact) => artifact.id,
  digest: (artifact) => artifact.digest,
  push_time: (artifact) => artifact.pushedAt,
  pull_time: (artifact) => artifact.pulledAt ?? 0,
  size: (artifact) => artifact.sizeBytes,
  type: typeOf,
};

/** GET …/repositories/{repository}/artifacts; an unknown repository is an empty list. */
export function listArtifacts(call: ApiCall): Answer {
  const [projectName = '', segment = ''] = call.params;
  readPage(call.query);
  requireRight(call, 'artifact:list', projectName);
  const repository = call.registry.repository(projectName, decodeRepository(segment));
  const scope = repository === undefined ? 'nothing' : `artifacts ${repository.id}`;
  return artifactPage(call, scope, (base) => {
    if (repository === undefined) return [];
    return base ? [...repository.artifacts.values()] : listedArtifacts(call, repository);
  });
}

/** GET /projects/{project_name_or_id}/artifacts: needs a login, also in a public project. */
export function listProjectArtifacts(call: ApiCall): Answer {
  const [name = ''] = call.params;
  readPage(call.query);
  if (call.caller === null) refuse(call.caller);
  const project = requireProject(call, 'artifact:list', name);
  return artifactPage(call, `artifacts of ${project.id}`, (base) =>
    [...project.repositories.values()].flatMap((repository) =>
      base ? [...repository.artifacts.values()] : listedArtifacts(call, repository),
    ),
  );
}

/** A repository's artifacts without untagged children of indexes and without accessories. */
export function listedArtifacts(call: ApiCall, repository: Repository): readonly Artifact[] {
  return call.registry.view(`listed ${repository.id}`, () => {
    const all = [...repository.artifacts.values()].filter(
      (artifact) =>
        artifact.accessory === null && (artifact.parents.length === 0 || artifact.tags.length > 0),
    );
    return sortRows(all, NEWEST_FIRST, { keys: SORT, fallback: NEWEST_FIRST });
  });
}

function artifactPage(
  call: ApiCall,
  scope: string,
  all: (base: boolean) => readonly Artifact[],
): Answer {
  const terms = readTerms(call.query);
  refuseTagList(terms.get('tags'));
  const sort = call.query.get('sort') ?? '';
  const rows = call.registry.view(JSON.stringify([scope, call.query.get('q'), sort]), () => {
    const base = terms.has('base');
    const kept = all(base).filter((artifact) => isWanted(artifact, terms, base));
    return sortRows(kept, sort, { keys: SORT, fallback: NEWEST_FIRST });
  });
  const { registry, personality } = call;
  return pageOf(call, rows, (artifact, index) => {
    const flags = flagsOf(call, index);
    const variant = JSON.stringify([flags, personality.version]);
    return registry.text(artifact, variant, () =>
      JSON.stringify(artifactRow(artifact, flags, personality)),
    );
  });
}

/** The parts of a row that were asked for, without those whose sub-query fails. */
export function flagsOf(call: ApiCall, row: number): ArtifactFlags {
  const asked = readFlags(call.query);
  return {
    tags: asked.tags && !call.fails('tags', row),
    immutable: asked.immutable && !call.fails('immutable', row),
    accessories: asked.accessories && !call.fails('accessories', row),
    labels: asked.labels && !call.fails('labels', row),
  };
}

/** The `with_…` parameters: anything but a Go boolean reads as false, tags are on by default. */
export function readFlags(query: URLSearchParams): ArtifactFlags {
  const on = (name: string, fallback: boolean) => {
    const text = query.get(name) ?? '';
    return text === '' ? fallback : /^(1|t|true|checked|yes|on|enabled)$/i.test(text);
  };
  return {
    tags: on('with_tag', true),
    immutable: on('with_immutable_status', false),
    accessories: on('with_accessory', false),
    labels: on('with_label', false),
  };
}

function isWanted(artifact: Artifact, terms: ReadonlyMap<string, Term>, base: boolean): boolean {
  const labels = terms.get('labels');
  const ids = artifact.labels.map((label) => String(label.id));
  return (
    (!base || artifact.accessory === null) &&
    hasTag(artifact, terms.get('tags')) &&
    accepts(terms.get('digest'), artifact.digest) &&
    accepts(terms.get('type'), typeOf(artifact)) &&
    accepts(terms.get('media_type'), mediaTypeOf(artifact)) &&
    (labels?.kind !== 'and' || labels.values.every((id) => ids.includes(id)))
  );
}

function hasTag(artifact: Artifact, term: Term | undefined): boolean {
  if (term === undefined) return true;
  if (term.kind === 'exact' && term.value === '*') return artifact.tags.length > 0;
  if (term.kind === 'exact' && term.value === 'nil') return artifact.tags.length === 0;
  if (term.kind === 'fuzzy') return artifact.tags.some((tag) => tag.name.includes(term.value));
  return artifact.tags.some((tag) => accepts(term, tag.name));
}

function refuseTagList(term: Term | undefined): void {
  if (term === undefined || term.kind === 'exact' || term.kind === 'fuzzy') return;
  const message = 'the value of "tags" query can only be fuzzy match value or exact match value';
  throw new ApiError(400, 'BAD_REQUEST', message);
}
