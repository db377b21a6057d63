/** The right to read, and the accepted host names. */
import { READ_TOKEN, WRITE_TOKEN } from '../secrets.ts';
import type { AddCase } from './case.ts';
import { LISTS } from './lists.ts';

export function accessCases(add: AddCase): void {
  for (const [name, path] of [
    ...LISTS,
    ['images', '/images'],
    ['openapi', '/openapi.json'],
  ] as const) {
    const host = { Host: 'allowed.example' };
    const guarded = { deployment: 'guarded', headers: host } as const;
    add(name, path, [401, 'unauthorized'], {
      ...guarded,
      answers: { 'www-authenticate': 'Bearer' },
    });
    for (const [note, token] of [
      ['read token', READ_TOKEN],
      ['write token', WRITE_TOKEN],
    ] as const) {
      const headers = { ...host, Authorization: `Bearer ${token}` };
      add(name, path, 200, { ...guarded, note, headers });
    }
    add(name, path, [403, 'forbidden'], {
      ...guarded,
      note: 'other host',
      headers: { Host: 'other.example' },
    });
  }
  add('health', '/livez', 200, { deployment: 'guarded', headers: { Host: 'other.example' } });
  add('health', '/readyz', 200, {
    deployment: 'guarded',
    headers: { Host: 'other.example' },
  });
  add('health', '/readyz?verbose', [401, 'unauthorized'], { deployment: 'guarded' });
  add('health', '/readyz', [401, 'unauthorized'], {
    deployment: 'guarded',
    headers: { Accept: 'application/json' },
  });
}
