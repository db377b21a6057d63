/** What `#ui-assets` exports: on Node without a build, shared/node/ui-assets.ts; in a bundle, the texts themselves. */
import type { Asset } from './assets.ts';

export declare function uiAssets(): { readonly style: Asset; readonly script: Asset };
