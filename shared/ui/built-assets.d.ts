/** The exports of `#ui-assets`: on Node without a build, shared/node/ui-assets.ts; in a bundle, the texts. */

/** A file that pages load. */
export interface Asset {
  /** `ui.HASH.css` or `ui.HASH.js`. */
  readonly name: string;
  readonly type: string;
  readonly text: string;
}

export declare function uiAssets(): { readonly style: Asset; readonly script: Asset };
