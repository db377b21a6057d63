/**
 * Harbor's nginx as a function of the raw request target. It decodes the path once and then folds
 * dot segments, so `…/artifacts/..` and `…/artifacts/%2e%2e` reach Harbor as the repository itself.
 */
import { type Answer, nginxError } from './answer.ts';

/** The limit of a line in nginx's `large_client_header_buffers`: 8 KiB. */
const MAX_REQUEST_LINE = 8192;

const PORTAL = `<!DOCTYPE html>
<html>
    <head>
        <meta charset="utf-8" />
        <title>Harbor</title>
    </head>
    <body>
        <harbor-app>Loading...</harbor-app>
    </body>
</html>
`;

/** A target that goes to Harbor's core, or the answer that nginx or the portal gives itself. */
export type Routed =
  | { readonly path: string; readonly query: string; readonly answer?: undefined }
  | { readonly answer: Answer };

/** Routes a request as Harbor's nginx template does. `path` comes back decoded and folded. */
export function route(method: string, target: string): Routed {
  if (method.length + target.length + 10 > MAX_REQUEST_LINE) return { answer: nginxError(414) };
  const mark = target.indexOf('?');
  const path = normalise(mark < 0 ? target : target.slice(0, mark));
  if (path === null) return { answer: nginxError(400) };
  if (/^\/(api|v2|c|service)\//.test(path)) {
    return { path, query: mark < 0 ? '' : target.slice(mark + 1) };
  }
  if (path.startsWith('/v1/')) return { answer: nginxError(404) };
  // The portal has an nginx of its own, which sends its version.
  if (method !== 'GET' && method !== 'HEAD') return { answer: nginxError(405, 'nginx/1.22.1') };
  return { answer: portal() };
}

/** Tells whether nginx closes the connection after an answer of its own. */
export function closesAfter(answer: Answer): boolean {
  return answer.status === 400 || answer.status === 414;
}

/** The path as nginx passes it on: special characters are escaped again. */
export function escapePath(path: string): string {
  return encodeURI(path).replaceAll('?', '%3F').replaceAll('#', '%23');
}

function normalise(raw: string): string | null {
  if (!raw.startsWith('/') || /%(?![0-9a-f]{2})/i.test(raw) || /%00/.test(raw)) return null;
  const bytes = raw.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  const segments = Buffer.from(bytes, 'latin1').toString('utf8').slice(1).split('/');
  const folded: string[] = [];
  for (const [index, segment] of segments.entries()) {
    const last = index === segments.length - 1;
    if (segment === '..') {
      if (folded.length === 0) return null;
      folded.pop();
    }
    const dots = segment === '.' || segment === '..';
    if (segment !== '' && !dots) folded.push(segment);
    else if (last) folded.push('');
  }
  return `/${folded.join('/')}`;
}

function portal(): Answer {
  return {
    status: 200,
    headers: {
      'Content-Type': 'text/html',
      'Last-Modified': 'Mon, 12 Jan 2026 08:00:00 GMT',
      ETag: '"6964a980-d2"',
      'Cache-Control': 'no-store, no-cache, must-revalidate',
      'Accept-Ranges': 'bytes',
    },
    body: PORTAL,
  };
}
