import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { moveBuild } from '../../scripts/build-starts.ts';
import { testFolder } from '../support/folder.ts';

function folderWith(name: string, file: string): string {
  const path = join(testFolder(), name);
  mkdirSync(path);
  writeFileSync(join(path, file), '');
  return path;
}

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
