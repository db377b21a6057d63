import { describe, expect, it } from 'vitest';
import { recorded, scriptHarbor, sessionAt } from '../scripted-harbor.ts';

describe('read-only mode', () => {
  it.each([
    ['on', recorded('readonly-6-systeminfo'), true],
    ['off', recorded('systeminfo-admin'), false],
    ['not told to anonymous callers', recorded('systeminfo-anonymous'), null],
    ['not told when Harbor fails', recorded('dbdown-projects-admin'), null],
  ])('is %s', async (_, reply, expected) => {
    const harbor = await scriptHarbor({ 'GET /systeminfo': reply });
    expect(await sessionAt(harbor).isReadOnly()).toBe(expected);
  });
});
