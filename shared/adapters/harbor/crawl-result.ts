/** The result of a crawl. */

/** One tag of the registry in the old service's format; `repository` is without the project. */
export interface HarborImage {
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
  readonly size: string;
  readonly project: string;
}

export interface Crawl {
  /** By project, then repository, then newest first. */
  readonly rows: HarborImage[];
  readonly errors: readonly { readonly source: 'harbor'; readonly error: string }[];
}
