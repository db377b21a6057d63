import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lockedPackages } from '../../../scripts/supply/packages.ts';
import { writeThirdParty } from '../../../scripts/supply/third-party.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'image-api-third-party-'));

interface Component {
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly licenses?: readonly unknown[];
}

beforeAll(async () => {
  for (const name of ['package.json', 'package-lock.json']) {
    await copyFile(join(ROOT, name), join(folder, name));
  }
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  await writeThirdParty(folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

const read = (name: string): string => readFileSync(join(folder, 'dist', name), 'utf8');

describe('dist/sbom.cdx.json', () => {
  it('is CycloneDX, of this project', () => {
    const bom = JSON.parse(read('sbom.cdx.json'));

    expect(bom).toMatchObject({
      bomFormat: 'CycloneDX',
      metadata: { component: { type: 'application', name: 'image-api' } },
    });
    expect(JSON.stringify(bom)).not.toContain(folder);
  });

  it('has every direct package of production, with its version and licence, and no tool', () => {
    const { components } = JSON.parse(read('sbom.cdx.json')) as { components: Component[] };
    const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    const versions = Object.fromEntries(components.map(({ name, version }) => [name, version]));

    expect(versions).toMatchObject(dependencies);
    expect(Object.keys(versions)).not.toContain('vitest');
    expect(read('sbom.cdx.json')).not.toContain('playwright-core');
    expect(components.filter(({ licenses = [] }) => licenses.length === 0)).toEqual([]);
  });
});

it('both have every package that these need', async () => {
  const { components } = JSON.parse(read('sbom.cdx.json')) as { components: Component[] };
  const inBom = components.map(({ name, version }) => `${name} ${version}`);
  const notices = read('third-party-notices.txt');
  const needed = (await lockedPackages(ROOT))
    .filter(({ isDev, folder }) => !isDev && existsSync(join(ROOT, folder)))
    .map(({ name, version }) => `${name} ${version}`);

  expect(needed.length).toBeGreaterThan(20);
  expect(needed.filter((one) => !inBom.includes(one))).toEqual([]);
  expect(needed.filter((one) => !notices.includes(`${one} (`))).toEqual([]);
});

describe('dist/third-party-notices.txt', () => {
  it('has the licence text of each production package that is installed', async () => {
    const notices = read('third-party-notices.txt').split(`\n${'-'.repeat(80)}\n\n`);
    const texts = new Map(notices.map((text) => [text.split(' ')[0], text]));
    const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    const direct = Object.keys(dependencies);

    expect(direct.filter((name) => !texts.has(name))).toEqual([]);
    expect(texts.get('hono')).toContain('Permission is hereby granted, free of charge');
    const tools = (await lockedPackages(ROOT)).filter(({ isDev }) => isDev);
    expect(tools.filter(({ name }) => name === 'vitest' && texts.has(name))).toEqual([]);
  });
});
