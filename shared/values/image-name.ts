/** Image names as runtimes write them: `host:9443/a/b:tag`, `name@sha256:…`, `name:tag@sha256:…`. */

/** The text that a runtime prints where a repository, a tag or a digest is missing. */
export const NONE = '<none>';

/** The parts of an image name; a part that is missing is null. */
export interface ImageName {
  readonly repository: string;
  readonly tag: string | null;
  /** With its algorithm: `sha256:…`. Null too for the `<none>` of cri-dockerd. */
  readonly digest: string | null;
}

/** Any algorithm that the OCI allows: a runtime may know more than a registry accepts. */
const DIGEST = /^[a-z0-9]+(?:[+._-][a-z0-9]+)*:[0-9a-f]{32,}$/;

/** Splits a name. The tag follows the last colon after the last slash: a port is not a tag. */
export function parseImageName(name: string): ImageName {
  const at = name.indexOf('@');
  const named = at === -1 ? name : name.slice(0, at);
  const digest = at === -1 ? '' : name.slice(at + 1);
  const colon = named.lastIndexOf(':');
  const tagged = colon > named.lastIndexOf('/');
  return {
    repository: tagged ? named.slice(0, colon) : named,
    tag: tagged ? named.slice(colon + 1) : null,
    digest: DIGEST.test(digest) ? digest : null,
  };
}

/** The digest of a name, as `parseImageName` reads it. */
export function digestIn(name: string): string | null {
  const at = name.indexOf('@');
  if (at === -1) return null;
  const digest = name.slice(at + 1);
  return DIGEST.test(digest) ? digest : null;
}

/** The digests of an image's manifests or indexes, without the `<none>` of cri-dockerd. */
export function repositoryDigests(image: { readonly repo_digests: readonly string[] }): string[] {
  return image.repo_digests.flatMap((name) => digestIn(name) ?? []);
}

/** Removes the `docker://` or `docker-pullable://` of cri-dockerd. */
export function withoutDockerScheme(reference: string): string {
  if (!reference.startsWith('docker')) return reference;
  return reference.replace(/^docker(?:-pullable)?:\/\//, '');
}

/** Removes the `sha256:` of an id: lists of images have ids without it. */
export function withoutAlgorithm(id: string): string {
  return id.startsWith('sha256:') ? id.slice('sha256:'.length) : id;
}

/** Tells whether a reference is an image id, full or short. So is a repository name of hexadecimal digits alone. */
export function isImageId(reference: string): boolean {
  return /^(?:sha256:)?[0-9a-f]{12,64}$/.test(reference);
}

/** Tells whether an image id is complete: a short one may be that of several images. */
export function isFullId(id: string): boolean {
  return /^[0-9a-f]{64}$/.test(id);
}

/** Whether a reference is a name: with a tag, with a digest, or with neither. */
export function isName(reference: string): boolean {
  return reference !== '' && !reference.startsWith(NONE) && !isImageId(reference);
}
