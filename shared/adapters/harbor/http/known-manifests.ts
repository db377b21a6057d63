/** The manifests that were read, by their digests: a manifest never changes, so each is read once. */
import type { KnownConfigs } from '../../../ports/registry.ts';
import { withoutAlgorithm } from '../../../values/image-name.ts';

/** The part of a manifest that is kept. */
interface KnownManifest {
  /** The digest of its configuration, which runtimes call the image's id. */
  readonly configDigest: string;
}

/** As many as a large registry has. Beyond it, the one that was read first is dropped, and read again if it is needed. */
const MAX_MANIFESTS = 50_000;

export interface KnownManifests extends KnownConfigs {
  readonly get: (digest: string) => KnownManifest | undefined;
  readonly add: (digest: string, manifest: KnownManifest) => void;
}

/** Makes the store: one for a process, or for a session where requests share nothing. */
export function createKnownManifests(max = MAX_MANIFESTS): KnownManifests {
  const manifests = new Map<string, KnownManifest>();
  /** How many manifests have each configuration. */
  const users = new Map<string, number>();
  let added = 0;

  function count({ configDigest }: KnownManifest, change: 1 | -1): void {
    const left = (users.get(configDigest) ?? 0) + change;
    if (left === 0) users.delete(configDigest);
    else users.set(configDigest, left);
  }

  return {
    get: (digest) => manifests.get(digest),
    add(digest, manifest) {
      const before = manifests.get(digest);
      if (before !== undefined) count(before, -1);
      manifests.set(digest, manifest);
      added += 1;
      count(manifest, 1);
      if (manifests.size <= max) return;
      const [[oldest, dropped] = []] = manifests;
      if (oldest === undefined || dropped === undefined) return;
      manifests.delete(oldest);
      count(dropped, -1);
    },
    of(digests) {
      const found = digests.flatMap((digest) => manifests.get(digest)?.configDigest ?? []);
      return found.length === digests.length ? found : null;
    },
    count: () => added,
    hasId: (id) => users.has(`sha256:${withoutAlgorithm(id)}`),
  };
}
