import { expect, it } from 'vitest';
import { nearestName } from '../../../shared/configuration/nearest-name.ts';

it.each([
  ['app_prot', 'app_port'],
  ['harbor_hots', 'harbor_host'],
  ['app_pot', 'app_port'],
  ['completely_else', null],
  ['x', null],
])('the nearest name of %s is %s', (name, nearest) => {
  expect(nearestName(name, ['app_host', 'app_port', 'harbor_host'])).toBe(nearest);
});

it('the first of equally near names wins', () => {
  expect(nearestName('app_xxst', ['app_host', 'app_last'])).toBe('app_host');
});
