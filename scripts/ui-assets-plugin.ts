/** Replaces `#ui-assets` in a bundle by the texts of the assets, because a bundle has no sources to make them from. */
import type { Plugin } from 'esbuild';
import { uiAssets } from '../shared/node/ui-assets.ts';

export const uiAssetsPlugin: Plugin = {
  name: 'ui-assets',
  setup(build) {
    build.onResolve({ filter: /^#ui-assets$/ }, ({ path }) => ({ path, namespace: 'ui-assets' }));
    build.onLoad({ filter: /.*/, namespace: 'ui-assets' }, () => ({
      contents: `const assets = ${JSON.stringify(uiAssets())};\nexport const uiAssets = () => assets;\n`,
    }));
  },
};
