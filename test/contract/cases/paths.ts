/** Paths: unsupported methods, a slash at the end, and unknown paths. */
import type { RouteKey } from '../../../scripts/openapi/declared.ts';
import type { FunctionName } from '../../../shared/values/configuration/configuration.ts';
import { WRITE_TOKEN } from '../secrets.ts';
import type { AddCase } from './case.ts';

/** A path of each route. */
const PATHS: Readonly<Record<RouteKey, readonly [name: FunctionName, path: string]>> = {
  'GET /local-images': ['local-images', '/local-images'],
  'GET /harbor/projects': ['harbor-projects', '/harbor/projects'],
  'GET /harbor/repositories/:project': ['harbor-repositories', '/harbor/repositories/platform'],
  'GET /harbor/artifacts/:project/:repository{.+}': [
    'harbor-artifacts',
    '/harbor/artifacts/platform/x',
  ],
  'DELETE /harbor/artifacts/:project/:repository{.+}/:reference': [
    'delete-harbor-artifact',
    '/harbor/artifacts/platform/apps/worker/1.8.4',
  ],
  'GET /images': ['images', '/images'],
  'GET /nodes': ['nodes', '/nodes'],
  'GET /nodes/:node/images': ['node-images', '/nodes/node-1/images'],
  'GET /compare': ['compare', '/compare'],
  'GET /usage/:project/:repository{.+}/:reference': ['usage', '/usage/platform/x/v1'],
  'GET /drift': ['drift', '/drift'],
  'GET /harbor/unused': ['harbor-unused', '/harbor/unused'],
  'GET /harbor/artifacts/:project/:repository{.+}/:reference/deletion-plan': [
    'deletion-plan',
    '/harbor/artifacts/platform/x/v1/deletion-plan',
  ],
  'POST /harbor/cleanup': ['harbor-cleanup', '/harbor/cleanup'],
  'GET /journal': ['journal', '/journal'],
  'GET /livez': ['health', '/livez'],
  'GET /readyz': ['health', '/readyz'],
  'GET /metrics': ['metrics', '/metrics'],
  'GET /openapi.json': ['openapi', '/openapi.json'],
  'POST /webhooks/harbor': ['harbor-webhook', '/webhooks/harbor'],
  'POST /webhooks/:function{[\\w-]+}': ['webhook-invoke', '/webhooks/images'],
};
const DELETION = PATHS['DELETE /harbor/artifacts/:project/:repository{.+}/:reference'][1];
/** A DELETE of this path deletes a tag of the name `deletion-plan`. */
const PLAN = PATHS['GET /harbor/artifacts/:project/:repository{.+}/:reference/deletion-plan'][1];

export function pathCases(add: AddCase): void {
  // Lists and deletions share paths: there the router allows more than a function alone.
  for (const method of ['POST', 'PUT', 'PATCH', 'OPTIONS']) {
    for (const path of [DELETION, PLAN]) {
      add('router', path, [405, 'method_not_allowed'], {
        method,
        answers: { allow: 'GET, HEAD, DELETE' },
      });
    }
  }

  for (const [route, [name, path]] of Object.entries(PATHS)) {
    const [own = ''] = route.split(' ');
    const headers = own === 'DELETE' ? { Authorization: `Bearer ${WRITE_TOKEN}` } : {};
    // A name with a slash at its end, or nothing after it, is a wrong name: `DELETE …/web/v1/` is no `v1` of `web`.
    const isNamed = route.includes('{.+}');
    const slash = isNamed ? ([422, 'invalid_request'] as const) : ([404, 'not_found'] as const);
    add(path === PLAN ? 'router' : name, `${path}/`, slash, { method: own, headers });
    if (path === DELETION || path === PLAN) continue;
    const allow = own === 'GET' ? 'GET, HEAD' : own;
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      if (allow.split(', ').includes(method)) continue;
      add(name, path, [405, 'method_not_allowed'], { method, answers: { allow } });
    }
  }

  // `/` is a case of the pages.
  for (const path of ['/nowhere', '/local-imagesx', '//local-images', '/webhooks']) {
    add('health', path, [404, 'not_found']);
  }
  // An empty segment is no function's name.
  for (const method of ['GET', 'POST', 'DELETE']) {
    for (const name of ['webhook-invoke', 'router'] as const) {
      add(name, '/webhooks/', [404, 'not_found'], { method, note: name });
    }
  }
}
