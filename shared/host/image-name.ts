/** Image names as runtimes write them: `host:9443/a/b:tag`, `name@sha256:…`, `name:tag@sha256:…`. */

/** What a runtime prints where a repository, a tag or a digest is missing. */
export const NONE = '<none>';

/** The parts of an image name; what the name does not hold is null. */
export interface ImageName {
  readonly repository: string;
  readonly tag: string | null;
  /** With its algorithm: `sha256:…`. Null too for the `<none>` of cri-dockerd. */
  readonly digest: string | null;
}

const DIGEST = /^[a-z0-9]+(?:[+._-][a-z0-9]+)*:[0-9a-f]{32,}$/;

/** Splits a name. The tag stands after the last colon that follows the last slash: a port is no tag. */
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
