/** The digests of the configurations of images. They are in the manifests, not in Harbor's own API. */

import * as z from 'zod/mini';
import { isDigest, type RepositoryAt } from '../../../values/names.ts';
import { Problem } from '../../../values/problem.ts';
import type { HarborSession } from '../http/session.ts';
import { harborPaths } from '../http/url.ts';
import { readBody } from '../http/wire.ts';

const MANIFESTS = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');
const wireManifest = z.object({ config: z.object({ digest: z.string() }) });

/**
 * One digest for each manifest: the image ids of containerd and CRI-O.
 * @param manifests digests of manifests, not of indexes
 * @returns null if Harbor does not provide them; the account needs the right to pull
 */
export async function configDigests(
  { urgent: caller, signal }: HarborSession,
  at: RepositoryAt,
  manifests: readonly string[],
): Promise<readonly string[] | null> {
  try {
    return await Promise.all(
      manifests.filter(isDigest).map(async (manifest) => {
        const call = { method: 'GET', path: harborPaths.manifest(at, manifest) } as const;
        const options = { accept: MANIFESTS, retry: 'never', signal: signal() } as const;
        const { body } = await caller.call({ ...call, ...options });
        return readBody(wireManifest, call, body).config.digest;
      }),
    );
  } catch (err) {
    if (err instanceof Problem) return null; // unknown: the caller decides what that means
    throw err;
  }
}
