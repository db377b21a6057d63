/** /ui and below: the pages, made from the data of the other endpoints. Upstreams: Harbor and the bridges. */
import type { Hono } from 'hono';
import { edge } from '../shared/edge/edge.ts';
import { edgeParts } from '../shared/edge/edge-parts.ts';
import { noRouteProblem } from '../shared/http/app.ts';
import { answer } from '../shared/http/base/answer.ts';
import { unknownPath } from '../shared/http/base/no-route.ts';
import { createFunction, type FunctionEnv } from '../shared/http/function.ts';
import { findAsset } from '../shared/ui/assets.ts';
import { artifactPage } from '../shared/ui/pages/artifact-page.tsx';
import { cleanupPage } from '../shared/ui/pages/cleanup-page.tsx';
import { cleanupRunPage } from '../shared/ui/pages/cleanup-run-page.tsx';
import { comparePage } from '../shared/ui/pages/compare-page.tsx';
import { deletionPage } from '../shared/ui/pages/deletion-page.tsx';
import { driftPage } from '../shared/ui/pages/drift-page.tsx';
import { harborPage } from '../shared/ui/pages/harbor-page.tsx';
import { imagesPage } from '../shared/ui/pages/images-page.tsx';
import { journalPage } from '../shared/ui/pages/journal-page.tsx';
import { loginPage } from '../shared/ui/pages/login-page.tsx';
import { nodePage } from '../shared/ui/pages/node-page.tsx';
import { nodesPage } from '../shared/ui/pages/nodes-page.tsx';
import { unusedPage } from '../shared/ui/pages/unused-page.tsx';
import { prefersHtml } from '../shared/ui/prefers-html.ts';
import { mayView } from '../shared/ui/view-access.ts';

const PAGES: readonly Hono<FunctionEnv>[] = [
  nodesPage,
  imagesPage,
  nodePage,
  comparePage,
  harborPage,
  // Its paths are also those of an artifact.
  deletionPage,
  artifactPage,
  driftPage,
  unusedPage,
  cleanupPage,
  cleanupRunPage,
  journalPage,
  loginPage,
];

/** The names of assets contain their hash. */
const FOREVER = 'public, max-age=31536000, immutable';

export const ui = createFunction();
for (const page of PAGES) ui.route('/', page);

ui.get('/ui/assets/:file', mayView('open'), (c) => {
  const found = findAsset(c.req.param('file'));
  if (found === null) throw unknownPath();
  const { asset, isCurrent } = found;
  return answer(c, asset.text, {
    type: asset.type,
    headers: { 'Cache-Control': isCurrent ? FOREVER : 'no-cache', Vary: 'Accept-Encoding' },
  });
});

// All methods are routed here, so that the others of `/` stay not found.
ui.all('/', mayView('open'), (c) => {
  const isRead = c.req.method === 'GET' || c.req.method === 'HEAD';
  if (!isRead || !prefersHtml(c)) throw noRouteProblem(ui, c);
  return answer(c, null, { status: 302, headers: { Location: '/ui', Vary: 'Accept' } });
});

ui.all('/ui/*', mayView('open'), (c) => {
  throw noRouteProblem(ui, c);
});

export default edge(ui, edgeParts);
