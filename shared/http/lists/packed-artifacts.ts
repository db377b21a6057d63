/**
 * The answer of GET /harbor/artifacts/{project}/{repository}. Its pages become JSON when they arrive, because a
 * hundred thousand artifacts as objects take several times the memory.
 */

import { artifactList, findArtifacts, isInOwnOrder } from '../../domain/registry/registry-lists.ts';
import type { Artifact } from '../../ports/registry-rows.ts';
import {
  isFound,
  type ListOptions,
  listOptions,
  sliceRows,
  sortedValue,
  sortRows,
} from '../../values/list.ts';
import type { RepositoryAt } from '../../values/names.ts';
import { requestOf } from '../request-context.ts';
import { answerFound, type ListContext, listAnswer, listOfParts } from './list-answer.ts';
import { createPacker, type PackedRow, type Packer } from './packed-rows.ts';

/** Answers with the artifacts that the request asks for. @throws Problem of Harbor */
export async function answerArtifacts(c: ListContext, at: RepositoryAt): Promise<Response> {
  const services = c.get('services');
  const request = requestOf(c);
  const options = listOptions(c.req.valid('query'));
  const { slice, sort } = options;
  // Only such a slice does not need the complete list.
  if (slice !== null && isInOwnOrder(options)) {
    return answerFound(c, (own) => findArtifacts(services, request, { at, options: own }));
  }
  const { jsonify_prettyprint_regular: isPretty } = services.configuration.app_config;
  const packer = createPacker(isPretty);
  const listed = services.registry
    .session(request)
    .packArtifacts(at, (rows) => pack(packer, rows, options));
  const rows = (await request.log.upstream(listed)).flatMap(({ found }) => found ?? []);
  const sorted = sort === null ? rows : sortRows(rows, sort, ({ value }) => value);
  const list = await listOfParts(packer.parts(sliceRows(sorted, slice)));
  return listAnswer(c, list, { total: rows.length, slice });
}

/** The part of an artifact that is kept until the list is complete. */
interface Remainder {
  readonly digest: string;
  /** Only their number matters. */
  readonly tags: readonly unknown[];
  /** The row; null if `q` does not find it. */
  readonly found: FoundRow | null;
}

interface FoundRow extends PackedRow {
  /** The value that it is sorted by. */
  readonly value: unknown;
}

const NO_TAGS: readonly unknown[] = [];
const SOME_TAGS: readonly unknown[] = [null];

function pack(
  packer: Packer,
  artifacts: readonly Artifact[],
  { q, sort }: ListOptions,
): readonly Remainder[] {
  const found = artifacts.filter(
    (row) => q === null || isFound(row, { q, definition: artifactList }),
  );
  const packed = new Map(packer.pack(found).map((row, index) => [found[index], row]));
  return artifacts.map((artifact) => {
    const row = packed.get(artifact);
    const value = sort === null ? null : sortedValue(artifact, sort);
    return {
      digest: artifact.digest,
      tags: artifact.tags.length === 0 ? NO_TAGS : SOME_TAGS,
      found: row === undefined ? null : { ...row, value },
    };
  });
}
