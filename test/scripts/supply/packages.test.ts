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

  it('of tools may be MPL-2.0', () => {
    expect(licenceProblems([{ ...one, licence: 'MPL-2.0', isDev: true }])).toEqual([]);
  });
});
