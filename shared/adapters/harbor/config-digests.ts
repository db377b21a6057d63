/** The digests of the configurations of images. They are in the manifests, not in Harbor's own API. */

import * as z from 'zod/mini';
import { type Digest, isDigest, type RepositoryAt } from '../../values/names.ts';
import { Problem } from '../../values/problem.ts';
import type { Caller } from './http/call.ts';
import { harborPaths } from './http/url.ts';
import { readBody } from './http/wire.ts';

const MANIFESTS = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');
const wireManifest = z.object({ config: z.object({ digest: z.string() }) });

/** The digests that were read, by `project/repository@manifest`. A manifest never changes. */
export interface KnownConfigs {
  get(key: string): string | undefined;
  set(key: string, configDigest: string): unknown;
}

/**
 * One digest for each manifest: the image ids of containerd and CRI-O. Reading them is not a pull for Harbor.
 * @param manifests digests of manifests, not of indexes
 * @returns null if Harbor does not provide them; the account needs the right to pull
 */
export async function configDigests(
  caller: Caller,
  { at, manifests }: { readonly at: RepositoryAt; readonly manifests: readonly string[] },
  signal: AbortSignal,
  known: KnownConfigs = new Map(),
): Promise<readonly string[] | null> {
  const read = async (manifest: Digest) => {
    const key = `${at.project}/${at.repository}@${manifest}`;
    const call = { method: 'GET', path: harborPaths.manifest(at, manifest) } as const;
    const seen = known.get(key);
    if (seen !== undefined) return seen;
    const { body } = await caller.call({ ...call, accept: MANIFESTS, retry: 'never', signal });
    const { digest } = readBody(wireManifest, call, body).config;
    known.set(key, digest);
    return digest;
  };
  try {
    return await Promise.all(manifests.filter(isDigest).map(read));
  } catch (err) {
    if (err instanceof Problem) return null; // unknown: the caller decides what that means
    throw err;
  }
}
