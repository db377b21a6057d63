/** Recorded exchanges, sent again and brought into a form in which two answers can be compared. */
import { request } from 'node:http';
import type { Exchange, RawAnswer } from '../fixtures/recordings.ts';
import { authorizationOf } from './recorded-registry.ts';

/** Sends the recorded request to `baseUrl`: its method, target and headers as they are. */
export function send(
  baseUrl: string,
  exchange: Pick<Exchange, 'as' | 'request'>,
): Promise<RawAnswer> {
  const { method, path, headers, body } = exchange.request;
  const authorization = authorizationOf(exchange.as);
  const { hostname, port } = new URL(baseUrl);
  const sent = Object.fromEntries(headers);
  if (authorization !== undefined) sent['Authorization'] = authorization;
  if (body !== undefined) sent['Content-Length'] = String(Buffer.byteLength(body));
  return new Promise((resolve, reject) => {
    const outgoing = request({ hostname, port, method, path, headers: sent }, async (res) => {
      let text = '';
      for await (const chunk of res.setEncoding('utf8')) text += chunk;
      const pairs = res.rawHeaders.flatMap((name, index, all) =>
        index % 2 === 0 ? [[name, all[index + 1] ?? ''] as const] : [],
      );
      resolve({ status: res.statusCode ?? 0, headers: pairs, body: text });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** The parts of an answer that must be the same in each replay: no times, ids, digests or sizes. */
export function comparable(answer: RawAnswer): unknown {
  return {
    status: answer.status,
    headers: answer.headers.map(stableHeader).sort(),
    body: stableBody(answer.body),
  };
}

const VOLATILE_HEADERS = new Set(['date', 'etag', 'last-modified', 'x-harbor-csrf-token']);

function stableHeader([name, value]: readonly [string, string]): string {
  const key = name.toLowerCase();
  if (VOLATILE_HEADERS.has(key)) return `${name}: …`;
  if (key === 'x-request-id') return `${name}: ${value.replace(/^[0-9a-f-]{36}$/, '…')}`;
  if (key === 'content-length') return `${name}: ${value === '0' ? '0' : '…'}`;
  if (key !== 'set-cookie') return `${name}: ${value}`;
  return `${name}: ${value.replace(/=[^;]{16,}(; Path)/, '=…$1').replace(/Expires=[^;]*/, 'Expires=…')}`;
}

function stableBody(body: string): unknown {
  if (/^\s*</.test(body)) return /<title>(.*)<\/title>/.exec(body)?.[1];
  if (!/^[[{"]/.test(body)) return body;
  return { ends: body.slice(-1), json: stable(JSON.parse(body)) };
}

/** Keys whose values differ from run to run, or that say what somebody's image happens to be. */
const VOLATILE_KEYS = new Set([
  ...['creation_time', 'update_time', 'push_time', 'pull_time', 'created', 'current_time'],
  ...['id', 'artifact_id', 'child_id', 'parent_id', 'repository_id', 'subject_artifact_id'],
  ...['digest', 'child_digest', 'subject_artifact_digest', 'size', 'icon', 'href'],
  ...['config', 'error', 'realname', 'email', 'description', 'total_storage_consumption'],
]);

function stable(value: unknown, key = ''): unknown {
  if (key === 'extra_attrs' && typeof value === 'object') return Object.keys(value ?? {}).sort();
  if (VOLATILE_KEYS.has(key)) return `(${value === null ? 'null' : typeof value})`;
  if (Array.isArray(value)) return value.map((item) => stable(item));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [name, stable(item, name)]),
    );
  }
  return typeof value === 'string' ? stableText(value) : value;
}

/** Artifact ids inside messages, and lists that Go writes in a random order. */
function stableText(text: string): string {
  return text
    .replace(/artifact \d+/, 'artifact …')
    .replace(/\[([A-Z,]+)\]/, (_, list: string) => `[${list.split(',').sort().join(',')}]`);
}
