/**
 * The answer of GET /harbor/artifacts/{project}/{repository}. Its pages become JSON when they arrive, because a
 * hundred thousand artifacts as objects take several times the memory.
 */

import { type Artifact, listPackedArtifacts } from '../../adapters/harbor/artifacts.ts';
import type { RepositoryAt } from '../../adapters/harbor/http/url.ts';
import { createPacker, type PackedRow, type Packer } from '../encoding/packed-rows.ts';
import { answerHarborList, harborSession, isInOwnOrder } from '../harbor-endpoints.ts';
import {
  isFound,
  type ListContext,
  type ListOptions,
  listAnswer,
  listOfParts,
  listOptions,
  sliceRows,
  sortedValue,
  sortRows,
} from '../list-answer.ts';
import { artifactList, findArtifacts } from './harbor-artifact-list.ts';

/** Answers with the artifacts that the request asks for. @throws Problem of Harbor */
export async function answerArtifacts(c: ListContext, at: RepositoryAt): Promise<Response> {
  const options = listOptions(c.req.valid('query'));
  const { slice, sort } = options;
  // Only such a slice does not need the complete list.
  if (slice !== null && isInOwnOrder(options)) {
    return answerHarborList(c, (own) => findArtifacts(c, at, own));
  }
  const { jsonify_prettyprint_regular: isPretty } = c.get('services').configuration.app_config;
  const packer = createPacker(isPretty);
  const listed = listPackedArtifacts(harborSession(c), at, (rows) => pack(packer, rows, options));
  const rows = (await c.get('log').upstream(listed)).flatMap(({ found }) => found ?? []);
  const sorted = sort === null ? rows : sortRows(rows, sort, ({ value }) => value);
  const list = await listOfParts(packer.parts(sliceRows(sorted, slice)));
  return listAnswer(c, list, { total: rows.length, slice });
}

/** What remains of an artifact until the list is complete. */
interface Remainder {
  readonly digest: string;
  /** Only their number matters. */
  readonly tags: readonly unknown[];
  /** Null if `q` does not find it. */
  readonly found: FoundRow | null;
}

interface FoundRow extends PackedRow {
  /** What it is sorted by. */
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
