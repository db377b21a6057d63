/** Bundles the style sheet and the script of the pages from their sources. `npm run build` puts the result into its bundles. */
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import type { Asset } from '#ui-assets';

const FOLDER = fileURLToPath(new URL('../ui/browser/', import.meta.url));

let known: { readonly style: Asset; readonly script: Asset } | undefined;

/** Bundled once for a process, when the first page asks for them. */
export function uiAssets(): { readonly style: Asset; readonly script: Asset } {
  known ??= {
    style: bundled('ui.css', 'text/css; charset=utf-8'),
    script: bundled('ui.ts', 'text/javascript; charset=utf-8'),
  };
  return known;
}

function bundled(source: string, type: string): Asset {
  const { outputFiles } = buildSync({
    entryPoints: [`${FOLDER}${source}`],
    bundle: true,
    minify: true,
    write: false,
    outdir: '.',
    target: ['es2022', 'chrome111', 'firefox115', 'safari16.4'],
    legalComments: 'none',
    logLevel: 'warning',
  });
  const text = outputFiles[0]?.text ?? '';
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 12);
  return { name: `ui.${hash}.${source.endsWith('.css') ? 'css' : 'js'}`, type, text };
}
