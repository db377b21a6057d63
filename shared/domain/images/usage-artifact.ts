/** The artifact whose use is in question, as the registry knows it. */
export interface UsageArtifact {
  /** `sha256:…` of its manifest or index. */
  readonly digest: string;
  /**
   * Digests of its children and accessories, which may be images that run (Nydus). Includes children that
   * have a tag of their own and therefore remain.
   */
  readonly partDigests: readonly string[];
  /**
   * Digests of the indexes that refer to it, or to something that is deleted with it. A host that pulled an
   * index lists only the digest of the index, not of the manifest for its platform. So an image with such a
   * digest may be one of these, and counts as the artifact.
   */
  readonly indexDigests?: readonly string[];
  /**
   * Digests of its configuration, one for each platform: the image ids of containerd and CRI-O. They decide for an image
   * that has no digest, or whose index the registry no longer has. Null: they cannot be read. Left out: they were not
   * asked for, and names decide.
   */
  readonly configDigests?: readonly string[] | null;
  /** As in `KnownConfigs`: an image of such an id is another artifact. Left out: none is known. */
  readonly isKnownId?: (id: string) => boolean;
  /**
   * Digests of other artifacts that the registry has in this repository. An image of this repository
   * with another digest may come from an index that is gone, which may have contained the artifact.
   * Left out: such images are not looked for.
   */
  readonly knownDigests?: ReadonlySet<string>;
  /** `project/repository`. */
  readonly repository: string;
  /** Tags of the artifact, names only. */
  readonly tags: readonly string[];
  /**
   * The registry's names on hosts. Left out: doubt counts as use, so a host may know the repository under any registry's
   * name.
   */
  readonly registries?: readonly string[];
}

/** By what an image is the artifact. Not by its id alone unless the registry said what its configuration is. */
export interface ArtifactSighting {
  /** `artifact`: its digest. `child`: one of its parts. `index`: an index that refers to it. `name`: only its name. */
  readonly match: 'artifact' | 'child' | 'index' | 'name';
  /** The digest, name or id on the host that says so. */
  readonly image: string;
}
