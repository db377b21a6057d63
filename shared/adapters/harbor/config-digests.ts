/** The digests of the configurations of images. They are in the manifests, not in Harbor's own API. */

import * as z from 'zod/mini';
import { type Digest, isDigest, type RepositoryAt } from '../../values/names.ts';
import { Problem } from '../../values/problem.ts';
import type { Caller } from './http/call.ts';
import type { KnownManifests } from './http/known-manifests.ts';
import { harborPaths } from './http/url.ts';
import { readBody } from './http/wire.ts';

const MANIFESTS = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');
const wireManifest = z.object({ config: z.object({ digest: z.string() }) });
const wireToken = z.object({ token: z.string() });

export interface WantedConfigs {
  readonly at: RepositoryAt;
  /** Digests of manifests, not of indexes. */
  readonly manifests: readonly string[];
  /** Those that were read before are not read again. */
  readonly known: KnownManifests;
}

/**
 * One digest for each manifest: the image ids of containerd and CRI-O. Reading them is not a pull for Harbor.
 * @returns null if Harbor does not provide them; the account needs the right to pull
 */
export async function configDigests(
  caller: Caller,
  { at, manifests, known }: WantedConfigs,
  signal: AbortSignal,
): Promise<readonly string[] | null> {
  const unread = manifests.filter((digest) => known.get(digest) === undefined);
  const digests = unread.filter(isDigest);
  if (digests.length < unread.length) return null; // not a digest that Harbor accepts
  try {
    const bearer = await tokenFor(caller, { at, digests, signal });
    const read = async (manifest: Digest) => {
      const call = { method: 'GET', path: harborPaths.manifest(at, manifest) } as const;
      const options = { accept: MANIFESTS, retry: 'never', signal, ...bearer } as const;
      const { body } = await caller.call({ ...call, ...options });
      known.add(manifest, { configDigest: readBody(wireManifest, call, body).config.digest });
    };
    await Promise.all(digests.map(read));
    return known.of(manifests);
  } catch (err) {
    if (err instanceof Problem) return null; // unknown: the caller decides what that means
    throw err;
  }
}

/** The registry gives an account without a login a token for what is public. Basic authentication needs none. */
async function tokenFor(
  caller: Caller,
  {
    at: { project, repository },
    digests,
    signal,
  }: {
    readonly at: RepositoryAt;
    readonly digests: readonly Digest[];
    readonly signal: AbortSignal;
  },
): Promise<{ readonly bearer?: string }> {
  if (!caller.anonymous || digests.length === 0) return {};
  const call = { method: 'GET', path: harborPaths.token() } as const;
  const query = { service: 'harbor-registry', scope: `repository:${project}/${repository}:pull` };
  const { body } = await caller.call({ ...call, query, retry: 'never', signal });
  return { bearer: readBody(wireToken, call, body).token };
}
