/** The accessories of artifacts, and theirs, such as the signature of an SBOM: all are deleted with their subject. */
import * as z from 'zod/mini';
import { isMissing } from '../../../ports/registry-problem.ts';
import { type Digest, isDigest, type RepositoryAt } from '../../../values/names.ts';
import { arrayOf } from '../../../values/parse-json.ts';
import { sideBySide } from '../../../values/waiting/side-by-side.ts';
import type { Caller } from '../http/call.ts';
import { HarborProblem } from '../http/failure.ts';
import { harborPaths } from '../http/url.ts';
import { reader } from '../http/wire.ts';
import { listAll } from '../lists/whole-list.ts';

const wireAccessory = z.object({ digest: z.string() });

/** The artifacts of a repository whose accessories are looked for. */
interface Subjects {
  readonly at: RepositoryAt;
  readonly subjects: readonly string[];
}

/** Lists the accessories of each subject, then theirs, and so on. None if the account lacks the right to list them. */
export async function accessoriesBelow(
  caller: Caller,
  { at, subjects }: Subjects,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const found = new Set<string>();
  for (let next = subjects; next.length > 0; ) {
    const lists = await sideBySide(signal, next.filter(isDigest), (digest, either) =>
      accessoriesOf(caller, { at, digest }, either),
    );
    next = [...new Set(lists.flat())].filter((digest) => !found.has(digest));
    for (const digest of next) found.add(digest);
  }
  return [...found];
}

async function accessoriesOf(
  caller: Caller,
  { at, digest }: { readonly at: RepositoryAt; readonly digest: Digest },
  signal: AbortSignal,
): Promise<readonly string[]> {
  const path = harborPaths.accessories(at, digest);
  const plan = {
    path,
    query: {},
    key: (accessory: string) => accessory,
    read: reader(path, arrayOf(wireAccessory), (accessory) => accessory.digest),
  };
  try {
    return await listAll(caller, plan, signal);
  } catch (err) {
    const isHidden = err instanceof HarborProblem && err.code === 'harbor_forbidden';
    if (isHidden || isMissing(err, 'artifact', 'repository')) return [];
    throw err;
  }
}
