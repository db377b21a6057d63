/** Pages: what a browser is answered, and what it is not. */
import { FUNCTIONS } from '../../../functions/router.ts';
import { routesOf } from '../../../shared/http/routes.ts';
import { uiAssets } from '../../../shared/node/ui-assets.ts';
import { READ_TOKEN } from '../secrets.ts';
import type { AddCase } from './case.ts';

/** A request of each page, by its route. Null: a part of a page, or a page that needs a deletion or a cleanup. */
const TARGETS: Readonly<Record<string, string | null>> = {
  '/ui': '/ui',
  '/ui/images': '/ui/images',
  '/ui/nodes/{node}': '/ui/nodes/node-2',
  '/ui/compare': '/ui/compare',
  '/ui/drift-counts': null,
  '/ui/harbor': '/ui/harbor',
  '/ui/harbor/{project}': '/ui/harbor/platform',
  '/ui/harbor/{project}/{repository}': '/ui/harbor/platform/apps/web/frontend',
  '/ui/artifacts/{project}/{repository}/{reference}/deletion':
    '/ui/artifacts/platform/apps/worker/1.8.4/deletion',
  '/ui/deletions/{receipt}': null,
  '/ui/artifacts/{project}/{repository}/{reference}': '/ui/artifacts/platform/apps/worker/1.8.4',
  '/ui/drift': '/ui/drift',
  '/ui/unused': '/ui/unused',
  '/ui/cleanup': '/ui/cleanup',
  '/ui/cleanup/runs/{id}': null,
  '/ui/cleanup/runs/{id}/events': null,
  '/ui/journal': '/ui/journal',
  '/ui/login': '/ui/login',
};
/** Those that need no right to read. */
const OPEN = ['/ui/login'];

/** As Chromium sends it. */
const HTML = { Accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };
const FORM = { ...HTML, 'Content-Type': 'application/x-www-form-urlencoded' };
const HOST = { Host: 'allowed.example' };
const LOGIN_FORM = /<form method="post" action="\/ui\/login"/;
const IS_PAGE = { 'content-type': /^text\/html/, vary: /^Cookie, Accept/ };

export function uiCases(add: AddCase): void {
  const pages = routesOf(FUNCTIONS.ui).filter(
    ({ method, path }) => method === 'GET' && !path.startsWith('/ui/assets/'),
  );
  for (const { template } of pages) pageCases(add, template);
  formCases(add);

  const toPages = { location: '/ui', vary: 'Accept' };
  add('ui', '/', 302, { headers: HTML, answers: toPages, note: 'HTML' });
  add('ui', '/', [404, 'not_found'], { headers: { Accept: '*/*' } });
  add('ui', '/ui/nowhere', [404, 'not_found'], { headers: HTML, page: /not_found/ });
  add('ui', '/ui/nowhere', [404, 'not_found'], { headers: { Accept: '*/*' }, note: 'JSON' });
  for (const { name, type } of Object.values(uiAssets())) {
    add('ui', `/ui/assets/${name}`, 200, {
      headers: { 'Accept-Encoding': 'gzip' },
      answers: {
        'content-type': type,
        'content-encoding': 'gzip',
        'cache-control': 'public, max-age=31536000, immutable',
        vary: 'Accept-Encoding',
      },
    });
  }
}

function pageCases(add: AddCase, template: string): void {
  const target = TARGETS[template];
  if (target === undefined) throw new Error(`no case for the page ${template}`);
  if (target === null) return;
  const page = /<main id="content"/;
  // The form's token is for one visitor.
  const caching = OPEN.includes(template) ? { 'cache-control': 'no-store' } : {};
  add('ui', target, 200, { headers: HTML, page, answers: caching });
  add('ui', target, 200, {
    headers: { ...HTML, 'Accept-Encoding': 'gzip, deflate, br' },
    page,
    answers: { ...caching, 'content-encoding': 'gzip' },
  });
  add('ui', target, 200, { method: 'HEAD', headers: HTML, answers: { ...IS_PAGE, ...caching } });
  add('ui', target, [405, 'method_not_allowed'], {
    method: 'PUT',
    headers: HTML,
    page: /method_not_allowed/,
    answers: { allow: /^GET, HEAD/ },
  });
  if (OPEN.includes(template)) return;
  const guarded = {
    deployment: 'guarded',
    answers: { 'www-authenticate': /^(Cookie|Bearer)/ },
  } as const;
  const refused = [401, 'unauthorized'] as const;
  add('ui', target, refused, { ...guarded, headers: { ...HTML, ...HOST }, page: LOGIN_FORM });
  // Pages take no token from a header.
  const headers = { ...HOST, Accept: '*/*', Authorization: `Bearer ${READ_TOKEN}` };
  add('ui', target, refused, { ...guarded, headers });
}

function formCases(add: AddCase): void {
  const origins = { 'other site': 'https://elsewhere.example', 'no token': 'http://localhost' };
  for (const [note, Origin] of Object.entries(origins)) {
    add('ui', '/ui/login', [403, 'forbidden'], {
      note,
      method: 'POST',
      headers: { ...FORM, Origin },
      body: 'token=x',
      page: /The form/,
    });
  }
  add('ui', '/ui/login', [403, 'forbidden'], {
    note: 'no origin',
    method: 'POST',
    headers: FORM,
    body: 'token=x',
    page: /The form/,
  });
  add('ui', '/ui', [403, 'forbidden'], {
    deployment: 'guarded',
    note: 'other host',
    headers: { ...HTML, Host: 'other.example' },
    page: /allowed_hosts/,
  });
}
