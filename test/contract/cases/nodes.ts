/**
 * Answers over nodes, plans of deletions, and cleanups. node-2 has the demo's images and is read over TLS; node-3,
 * node-4 and node-5 of `partial` cannot be read.
 */
import { expect } from 'vitest';
import { READ_TOKEN, WRITE_TOKEN } from '../secrets.ts';
import type { AddCase, Expected, Extras } from './case.ts';

const INVALID = [422, 'invalid_request'] as const;
const UNKNOWN = [409, 'usage_unknown'] as const;
const FRONTEND = '/harbor/artifacts/platform/apps/web/frontend';
const PLAN = `${FRONTEND}/2.4.1/deletion-plan`;

const USAGE = '/usage/platform/apps/web/frontend/2.4.1';
/** Of a plan with another digest. */
const OTHER_PLAN = `"plan-${'A'.repeat(88)}"`;
const LIST_HEADERS = { etag: /^W\/"[A-Za-z0-9+/]{24}"$/, 'x-total-count': /^\d+$/ };

/** Every node was read. */
const COMPLETE = {
  complete: true,
  nodes: [
    { name: 'node-1', status: 'ok' },
    { name: 'node-2', status: 'ok', error: null },
  ],
};
const NODE_2 = { complete: true, nodes: [{ name: 'node-2', status: 'ok' }] };

/** The lists, each with a field of its rows and what it shows. */
const LISTS = [
  ['nodes', '/nodes', '-images', COMPLETE],
  ['node-images', '/nodes/node-2/images', '-size', NODE_2],
  ['compare', '/compare', 'digest', COMPLETE],
  // It is not complete, because the account may not read every repository.
  ['drift', '/drift', 'status', { nodes: COMPLETE.nodes }],
  ['harbor-unused', '/harbor/unused', '-size', COMPLETE],
] as const;
const unreadable = (name: string, code: string, detail: RegExp) => ({
  name,
  status: 'unreadable',
  error: { code, detail: expect.stringMatching(detail) },
});
const EXPIRED = /certificate has expired/;
const NOT_TRUSTED = /certificate.* not trusted/;
const PARTIAL = {
  complete: false,
  nodes: [
    ...COMPLETE.nodes,
    unreadable('node-3', 'bridge_bad_response', /node-3/),
    unreadable('node-4', 'bridge_unavailable', EXPIRED),
    unreadable('node-5', 'bridge_unavailable', NOT_TRUSTED),
  ],
};
const WITHOUT_FIGURES = { images: null, containers: null, reclaimable_bytes_max: null };

export function nodeCases(add: AddCase): void {
  for (const [name, path, sort, shows] of LISTS) {
    add(name, path, 200, { answers: LIST_HEADERS, shows });
    add(name, path, 200, { method: 'HEAD', answers: LIST_HEADERS });
    add(name, path, 304, { headers: { 'If-None-Match': '*' } });
    add(name, `${path}?page=1&page_size=1`, 200, { answers: { link: /rel="first"/ } });
    add(name, `${path}?q=node-1&sort=${sort}`, 200);
    for (const query of ['page=0', 'page=x', 'page_size=1001', 'sort=color', 'q=%zz', 'q=a&q=b']) {
      add(name, `${path}?${query}`, INVALID);
    }
  }
  for (const [name, path] of [...LISTS, ['usage', USAGE], ['deletion-plan', PLAN]] as const) {
    access(add, name, path);
  }
  for (const [name, path] of LISTS.filter(([name]) => !/unused|images/.test(name))) {
    const [, , ...bad] = PARTIAL.nodes;
    const rows = bad.map((node) => ({ ...node, ...WITHOUT_FIGURES }));
    const shows = name === 'nodes' ? { nodes: [...COMPLETE.nodes, ...rows] } : PARTIAL;
    add(name, path, 200, { deployment: 'partial', shows });
  }

  add('node-images', '/nodes/node-9/images', [404, 'not_found']);
  add('node-images', '/nodes/a%20b/images', INVALID);
  add('node-images', '/nodes/node-2/images', 200, { deployment: 'partial' });
  add('node-images', '/nodes/node-3/images', [502, 'bridge_bad_response'], {
    deployment: 'partial',
  });
  for (const [name, detail] of [
    ['node-4', EXPIRED],
    ['node-5', NOT_TRUSTED],
  ] as const) {
    add('node-images', `/nodes/${name}/images`, [503, 'bridge_unavailable'], {
      deployment: 'partial',
      shows: { detail: expect.stringMatching(detail) },
    });
  }

  add('usage', USAGE, 200, { shows: COMPLETE });
  add('usage', USAGE, 200, { deployment: 'partial', shows: PARTIAL });
  add('usage', `/usage/platform/apps/web/frontend/sha256:${'0'.repeat(64)}`, 200);
  add('usage', '/usage/platform/apps/web/frontend/nothing', [404, 'harbor_not_found']);
  add('usage', '/usage/platform/UPPER/2.4.1', INVALID);
  add('usage', USAGE, [502, 'harbor_bad_response'], { fault: 'harbor-html' });

  add('drift', '/drift?status=gone&running=true', 200, { answers: { 'x-total-count': '1' } });
  add('drift', '/drift?node=node-2&namespace=shop', 200);
  add('drift', '/drift?status=lost', INVALID);
  add('drift', '/drift?running=maybe', INVALID);

  add('harbor-unused', '/harbor/unused?project=platform&older_than=1d', 200);
  add('harbor-unused', '/harbor/unused?project=UPPER', INVALID);
  add('harbor-unused', '/harbor/unused?older_than=soon', INVALID);
  add('harbor-unused', '/harbor/unused?allow_partial=maybe', INVALID);
  add('harbor-unused', '/harbor/unused', [502, 'harbor_bad_response'], { fault: 'harbor-html' });
  const named = { detail: expect.stringMatching(/node-3.*node-4.*node-5/s) };
  add('harbor-unused', '/harbor/unused', UNKNOWN, { deployment: 'partial', shows: named });
  add('harbor-unused', '/harbor/unused?allow_partial=true', 200, {
    deployment: 'partial',
    shows: { ...PARTIAL, partial: true },
  });

  add('deletion-plan', PLAN, 200, { answers: { etag: /^"plan-/ }, shows: COMPLETE });
  add('deletion-plan', `${FRONTEND}/pr-481/deletion-plan?tag_only=true`, 200);
  add('deletion-plan', PLAN, 200, {
    deployment: 'partial',
    shows: { ...PARTIAL, usage: 'unknown' },
  });
  add('deletion-plan', `${FRONTEND}/nothing/deletion-plan`, [404, 'harbor_not_found']);
  add('deletion-plan', `${PLAN}?tag_only=maybe`, INVALID);
  add('deletion-plan', `${PLAN}?force=true`, INVALID);
  const remove = (target: string, expected: Expected, headers: Record<string, string> = {}) =>
    add('delete-harbor-artifact', target, expected, {
      method: 'DELETE',
      deployment: 'partial',
      headers: { Authorization: `Bearer ${WRITE_TOKEN}`, ...headers },
    });
  remove(`${FRONTEND}/pr-481`, UNKNOWN);
  remove(`${FRONTEND}/pr-481?dry_run=true`, 200);
  remove(`${FRONTEND}/pr-481`, [412, 'reference_moved'], { 'If-Match': OTHER_PLAN });
  remove(`${FRONTEND}/pr-481`, INVALID, { 'If-Match': '"plan-one", "plan-two"' });

  cleanupCases(add);
}

/** The right to read, and the accepted host names. */
function access(add: AddCase, name: Parameters<AddCase>[0], path: string): void {
  const host = { Host: 'allowed.example' };
  const guarded = { deployment: 'guarded', headers: host } as const;
  add(name, path, [401, 'unauthorized'], { ...guarded, answers: { 'www-authenticate': 'Bearer' } });
  add(name, path, 200, {
    ...guarded,
    note: 'read token',
    headers: { ...host, Authorization: `Bearer ${READ_TOKEN}` },
  });
  add(name, path, [403, 'forbidden'], {
    ...guarded,
    note: 'other host',
    headers: { Host: 'other.example' },
  });
}

function cleanupCases(add: AddCase): void {
  const clean = (note: string, body: object | string, expected: Expected, extras: Extras = {}) =>
    add('harbor-cleanup', '/harbor/cleanup', expected, {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      ...extras,
      note,
      headers: {
        Authorization: `Bearer ${WRITE_TOKEN}`,
        'Content-Type': 'application/json',
        ...extras.headers,
      },
    });
  const policy = { projects: ['platform'], tags: ['pr-*'] };
  clean('plan', { policy }, 200, { answers: { etag: /^"plan-/ }, shows: COMPLETE });
  clean('apply without a plan', { policy, apply: true }, [428, 'plan_required']);
  clean('apply another plan', { policy, apply: true }, [412, 'plan_changed'], {
    headers: { 'If-Match': `"plan-${'A'.repeat(12)}.${'A'.repeat(12)}.1.${'A'.repeat(32)}"` },
  });
  clean('unknown policy', { policy: 'nowhere' }, [404, 'not_found']);
  clean('no rule', { policy: { projects: ['platform'] } }, INVALID);
  clean('unknown key', { policy: { ...policy, keep: 1 } }, INVALID);
  clean('broken JSON', '{"policy":', INVALID);
  clean('text', '{}', [415, 'unsupported_media_type'], {
    headers: { 'Content-Type': 'text/plain' },
  });
  clean('large', ' '.repeat(64 * 1024 + 1), [413, 'payload_too_large']);
  clean('plan beside unreadable nodes', { policy }, UNKNOWN, {
    deployment: 'partial',
    shows: { unreadable: ['node-3', 'node-4', 'node-5'] },
  });
  clean('plan over a Harbor that answers HTML', { policy }, [502, 'harbor_bad_response'], {
    fault: 'harbor-html',
  });
  const guarded = { deployment: 'guarded', headers: { Host: 'allowed.example' } } as const;
  clean('no token', { policy }, [401, 'unauthorized'], {
    ...guarded,
    headers: { ...guarded.headers, Authorization: '' },
  });
  clean('read token', { policy }, 200, {
    ...guarded,
    headers: { ...guarded.headers, Authorization: `Bearer ${READ_TOKEN}` },
  });
  clean('apply with a read token', { policy, apply: true }, [401, 'unauthorized'], {
    ...guarded,
    headers: { ...guarded.headers, Authorization: `Bearer ${READ_TOKEN}` },
  });
}
