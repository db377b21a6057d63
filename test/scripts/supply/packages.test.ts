import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { licenceProblems, lockedPackages } from '../../../scripts/supply/packages.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const one = { name: 'x', version: '1.0.0', folder: 'node_modules/x' };

describe('the licences of the packages', () => {
  it('are all on the list', async () => {
    const packages = await lockedPackages(ROOT);

    expect(packages.length).toBeGreaterThan(200);
    expect(licenceProblems(packages)).toEqual([]);
  });

  it.each([
    ['GPL-3.0', 'x@1.0.0: GPL-3.0'],
    ['MPL-2.0', 'x@1.0.0: MPL-2.0'],
    [null, 'x@1.0.0: no licence declared'],
  ])('of production do not include %s', (licence, problem) => {
    expect(licenceProblems([{ ...one, licence, isDev: false }])).toEqual([problem]);
  });

  it('are those of docs/security.md, which names each that a package has', async () => {
    const text = readFileSync(`${ROOT}docs/security.md`, 'utf8');
    const [, lists = ''] = /list of `scripts\/supply\/packages\.ts`:(.*?)A test/s.exec(text) ?? [];
    const [production = '', tools = ''] = lists.split('Tools may also have');
    const named = (list: string) =>
      [...list.matchAll(/`([^`]+)`/g)].map(([, licence = '']) => licence);
    const allowed = { production: named(production), tools: [production, tools].flatMap(named) };
    const having = (licences: readonly string[], isDev: boolean) =>
      licences.map((licence) => ({ ...one, licence, isDev }));
    const unnamed = (await lockedPackages(ROOT)).filter(
      ({ licence, isDev }) => !allowed[isDev ? 'tools' : 'production'].includes(licence ?? ''),
    );

    expect(allowed.production.length).toBeGreaterThan(5);
    expect(licenceProblems(having(allowed.production, false))).toEqual([]);
    expect(licenceProblems(having(allowed.tools, true))).toEqual([]);
    expect(unnamed).toEqual([]);
  });

  it('of tools may be MPL-2.0', () => {
    expect(licenceProblems([{ ...one, licence: 'MPL-2.0', isDev: true }])).toEqual([]);
  });
});
