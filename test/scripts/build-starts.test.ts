import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { expect, it } from 'vitest';
import { moveBuild, NODE_BUILD } from '../../scripts/build-starts.ts';
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
