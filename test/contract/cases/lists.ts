/** The lists: their common behaviour, and their answers when an upstream fails. */
import type { AddCase } from './case.ts';

export const LISTS = [
  ['local-images', '/local-images'],
  ['harbor-projects', '/harbor/projects'],
  ['harbor-repositories', '/harbor/repositories/platform'],
  ['harbor-artifacts', '/harbor/artifacts/platform/apps/web/frontend'],
] as const;
const INVALID = [422, 'invalid_request'] as const;

export function listCases(add: AddCase): void {
  for (const [name, path] of LISTS) {
    const etag = { etag: /^"[A-Za-z0-9+/]{24}"$/ };
    add(name, path, 200, { answers: { ...etag, 'x-total-count': /^\d+$/ } });
    add(name, path, 200, { method: 'HEAD', answers: { ...etag, 'x-total-count': /^\d+$/ } });
    add(name, path, 304, { headers: { 'If-None-Match': '*' }, answers: etag });
    add(name, `${path}?page=1&page_size=1`, 200, { answers: { link: /rel="next"/ } });
    add(name, `${path}?page=9999`, 200, { answers: { link: /rel="last"/ } });
    const sort = name === 'harbor-artifacts' ? 'size' : 'name';
    // Rows of the host have no field `name`.
    add(name, `${path}?q=a&sort=-${sort}`, name === 'local-images' ? INVALID : 200);
    for (const query of ['page=0', 'page=x', 'page_size=1001', 'sort=color', 'q=%zz', 'q=a&q=b']) {
      add(name, `${path}?${query}`, INVALID);
    }
    const dots = name === 'harbor-artifacts' ? INVALID : ([404, 'not_found'] as const);
    add(name, `${path}/../x`, dots, { folds: true });
  }

  // Everything that reads Harbor, where Harbor fails.
  for (const [name, path] of LISTS.slice(1)) {
    add(name, path, [502, 'harbor_unreachable'], { fault: 'harbor-down' });
    add(name, path, [502, 'harbor_unreachable'], { fault: 'harbor-cut' });
    add(name, path, [504, 'harbor_timeout'], { fault: 'harbor-slow' });
    add(name, path, [502, 'harbor_bad_response'], { fault: 'harbor-html' });
    add(name, path, [502, 'harbor_unauthorized'], { fault: 'harbor-anonymous' });
    add(name, path, [503, 'harbor_overloaded'], {
      fault: 'harbor-busy',
      answers: { 'retry-after': '7' },
    });
  }
  for (const [fault, ...expected] of [
    ['bridge-down', 503, 'bridge_unavailable'],
    ['bridge-slow', 503, 'bridge_unavailable'],
    ['bridge-html', 502, 'bridge_bad_response'],
    ['bridge-crictl', 503, 'crictl_not_found'],
  ] as const) {
    add('local-images', '/local-images', expected, { fault });
  }
}
