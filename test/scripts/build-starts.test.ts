import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { LOADED_LATER, moveBuild, NODE_BUILD } from '../../scripts/build-starts.ts';
import { uiAssets } from '../../shared/node/ui-assets.ts';
import { testFolder } from '../support/folder.ts';

function folderWith(name: string, file: string): string {
  const path = join(testFolder(), name);
  mkdirSync(path);
  writeFileSync(join(path, file), '');
  return path;
}

it('contains the style sheet and the script of the pages, and nothing that makes them', async () => {
  const { metafile, outputFiles } = await build({
    ...NODE_BUILD,
    entryPoints: ['start/router.ts'],
    outdir: testFolder(),
    metafile: true,
    write: false,
  });
  const text = outputFiles.find(({ path }) => path.endsWith('router.js'))?.text ?? '';
  const { style, script } = uiAssets();
  const makers = /node_modules\/(?:esbuild|htmx\.org|@picocss)|shared\/node\/ui-assets|ui\/browser/;

  expect([text.includes(style.name), text.includes(script.name)]).toEqual([true, true]);
  expect(Object.keys(metafile.inputs).filter((file) => makers.test(file))).toEqual([]);
});

describe('the bridge', async () => {
  /** The folders of all that it loads, at once or later. */
  const FOLDERS = [
    'bridge',
    'shared/adapters/log',
    'shared/http/base',
    'shared/node',
    'shared/node/configuration',
    'shared/node/http',
    'shared/node/log',
    'shared/node/metrics',
    'shared/node/sharing',
    'shared/node/system',
    'shared/node/tracing',
    'shared/ports',
    'shared/ports/metrics',
    'shared/ports/tracing',
    'shared/values',
    'shared/values/configuration',
    'shared/values/waiting',
    'start',
  ];
  const OF_OTHERS = /harbor|polic|webhook|journal|cleanup|deletion|fleet|function|registry|\bui\b/;
  const MOST_LINES = 6500;
  const MOST_BYTES = 300_000;

  const { metafile } = await build({
    ...NODE_BUILD,
    entryPoints: ['start/bridge.ts', LOADED_LATER],
    outdir: 'dist/start',
    splitting: true,
    metafile: true,
    write: false,
  });
  const outputs = Object.entries(metafile.outputs);
  const own = [...new Set(outputs.flatMap(([, { inputs }]) => Object.keys(inputs)))].filter(
    (file) => /^(?:bridge|functions|shared|start)\//.test(file),
  );

  it('loads nothing of other programs', () => {
    expect([...new Set(own.map((file) => dirname(file)))].sort()).toEqual(FOLDERS);
    expect(own.filter((file) => OF_OTHERS.test(file))).toEqual([]);
  });

  it(`has at most ${MOST_LINES} lines of this project`, () => {
    const lines = own.map((file) => readFileSync(file, 'utf8').trimEnd().split('\n').length);
    expect(lines.reduce((sum, count) => sum + count)).toBeLessThanOrEqual(MOST_LINES);
  });

  it(`is built of at most ${MOST_BYTES} bytes`, () => {
    const built = outputs.filter(([file]) => /(?:bridge|chunk-[^/]*)\.js$/.test(file));
    expect(built.reduce((sum, [, { bytes }]) => sum + bytes, 0)).toBeLessThanOrEqual(MOST_BYTES);
  });
});

it('leaves the build of a faster command in place', async () => {
  const [own, other] = [folderWith('own', 'own.js'), folderWith('start', 'other.js')];
  await moveBuild(own, other);

  expect(readdirSync(other)).toEqual(['other.js']);
  expect(existsSync(own)).toBe(false);
});

it('fails when the build cannot be moved for another reason', async () => {
  const own = folderWith('own', 'own.js');
  const nowhere = join(testFolder(), 'missing', 'start');

  await expect(moveBuild(own, nowhere)).rejects.toMatchObject({ code: 'ENOENT' });
});
