/** Answers over nodes, plans of deletions, cleanups, and the journal. */
import { WRITE_TOKEN } from '../secrets.ts';
import type { AddCase } from './case.ts';

const INVALID = [422, 'invalid_request'] as const;
const UNAUTHORIZED = [401, 'unauthorized'] as const;
const PLAN = '/harbor/artifacts/platform/apps/web/frontend/2.4.1/deletion-plan';

/** The paths that need the right to read. */
const READS = [
  ['nodes', '/nodes'],
  ['node-images', '/nodes/node-1/images'],
  ['compare', '/compare'],
  ['usage', '/usage/platform/apps/web/frontend/2.4.1'],
  ['drift', '/drift'],
  ['harbor-unused', '/harbor/unused'],
  ['deletion-plan', PLAN],
  ['journal', '/journal'],
] as const;

export function nodeCases(add: AddCase): void {
  for (const [name, path] of READS) {
    add(name, path, UNAUTHORIZED, {
      deployment: 'guarded',
      headers: { Host: 'allowed.example' },
      answers: { 'www-authenticate': 'Bearer' },
    });
    add(name, path, [403, 'forbidden'], {
      deployment: 'guarded',
      headers: { Host: 'other.example' },
      note: 'other host',
    });
  }
  for (const [name, path] of READS.filter(([name]) => name !== 'deletion-plan')) {
    for (const query of ['page=0', 'page_size=1001', 'q=%zz']) {
      add(name, `${path}?${query}`, INVALID);
    }
  }
  for (const [name, path] of READS.filter(([name]) => !/usage|plan/.test(name))) {
    add(name, `${path}?sort=color`, INVALID);
  }
  add('node-images', '/nodes/a%20b/images', INVALID);
  add('usage', '/usage/platform/UPPER/2.4.1', INVALID);
  add('drift', '/drift?status=lost', INVALID);
  add('drift', '/drift?running=maybe', INVALID);
  add('harbor-unused', '/harbor/unused?project=UPPER', INVALID);
  add('harbor-unused', '/harbor/unused?allow_partial=maybe', INVALID);
  add('journal', '/journal?outcome=lost', INVALID);
  add('deletion-plan', `${PLAN}?tag_only=maybe`, INVALID);
  add('deletion-plan', `${PLAN}?force=true`, INVALID);

  const headers = { Authorization: `Bearer ${WRITE_TOKEN}`, 'Content-Type': 'application/json' };
  const cleanUp = { method: 'POST', headers } as const;
  add('harbor-cleanup', '/harbor/cleanup', INVALID, { ...cleanUp, body: '{"policy":' });
  add('harbor-cleanup', '/harbor/cleanup', [415, 'unsupported_media_type'], {
    ...cleanUp,
    headers: { ...headers, 'Content-Type': 'text/plain' },
    body: '{}',
  });
}
