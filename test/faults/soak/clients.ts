/** The clients of the soak. Each asks one thing after the other until it is stopped. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { request } from 'undici';
import type { Ask, Asking } from './asking.ts';
import type { Random } from './random.ts';
import { HARBOR_TOKEN, INVOKE_SECRET } from './topology.ts';
import type { Truth } from './truth.ts';

export interface ClientOptions {
  readonly asking: Asking;
  readonly random: Random;
  readonly truth: Truth;
  readonly url: string;
  readonly isStopped: () => boolean;
}

const PAGES = [
  '/ui',
  '/ui/drift-counts',
  '/ui/compare',
  '/ui/drift',
  '/ui/images',
  '/ui/harbor',
  '/ui/harbor/platform',
  '/ui/harbor/big/many',
  '/ui/artifacts/platform/apps/web/frontend/stable',
  '/ui/unused?project=platform',
  '/ui/cleanup',
  '/ui/journal',
  '/ui/nodes/node-2',
];
const FRESH = { 'cache-control': 'no-cache' };
const JSON_BODY = { 'content-type': 'application/json' };

/** Asks until it is stopped; `next` says for what. */
async function keepAsking(
  { asking, random, isStopped }: ClientOptions,
  next: () => Ask,
): Promise<void> {
  while (!isStopped()) {
    await asking.ask(next());
    await sleep(random.between(0, 100));
  }
}

/** Reads what does not change. */
export function reader(options: ClientOptions): Promise<void> {
  const { random, truth } = options;
  return keepAsking(options, () => {
    const read = random.pick(truth.reads);
    return random.chance(0.3) ? { ...read, headers: { ...read.headers, ...FRESH } } : read;
  });
}

/** Looks at pages. */
export function viewer(options: ClientOptions): Promise<void> {
  return keepAsking(options, () => ({
    kind: 'page',
    path: options.random.pick(PAGES),
    headers: { accept: 'text/html' },
    check: ({ text, headers }) => {
      const isPart = !/^<!doctype html>/i.test(text);
      const end = isPart ? '>' : '</html>';
      if (!text.trimEnd().endsWith(end)) throw new Error(`a page that ends in ${text.slice(-80)}`);
      if (!String(headers['content-type']).startsWith('text/html')) throw new Error('no HTML');
    },
  }));
}

/** Scrapes metrics, and asks for health. */
export function watcher(options: ClientOptions): Promise<void> {
  const { random } = options;
  return keepAsking(options, () => random.pick(WATCHED));
}

const WATCHED: readonly Ask[] = [
  {
    kind: '/metrics',
    path: '/metrics',
    check: ({ text }) => {
      if (!text.includes('\n# TYPE image_api_')) throw new Error('no metrics of requests');
    },
  },
  {
    kind: 'readiness',
    path: '/readyz?verbose',
    ownError: 503,
    check: ({ text, status }) => expectReadiness(JSON.parse(text).status, status),
  },
  {
    kind: '/livez',
    path: '/livez',
    check: ({ text }) => {
      if (text !== 'ok\n') throw new Error(text);
    },
  },
  { kind: '/journal', path: '/journal?page_size=50' },
];

/** @throws Error if it is not what `/readyz` says with this status */
function expectReadiness(readiness: string, status: number): void {
  const known = status === 200 ? ['ok', 'degraded'] : ['down'];
  if (!known.includes(readiness)) throw new Error(`${status} and ${readiness}`);
}

/** Sends Harbor's webhooks, and signed calls. */
export function sender(options: ClientOptions): Promise<void> {
  const { random } = options;
  let sent = 0;
  return keepAsking(options, () => {
    sent += 1;
    return random.chance(0.5) ? delivery(random, sent) : call(random, sent);
  });
}

function delivery(random: Random, number: number): Ask {
  const digest = `sha256:${number.toString(16).padStart(64, '0')}`;
  const body = JSON.stringify({
    type: random.pick(['PUSH_ARTIFACT', 'DELETE_ARTIFACT']),
    occur_at: Math.floor(Date.now() / 1000),
    operator: 'admin',
    event_data: {
      resources: [{ digest, tag: 'stable', resource_url: `harbor.example.test/x@${digest}` }],
      repository: {
        name: 'apps/web/frontend',
        namespace: 'platform',
        repo_full_name: 'platform/apps/web/frontend',
        repo_type: 'private',
      },
    },
  });
  const headers = { ...JSON_BODY, authorization: HARBOR_TOKEN };
  return { kind: 'webhook', path: '/webhooks/harbor', method: 'POST', headers, body };
}

function call(random: Random, number: number): Ask {
  const [name, parameters] = random.pick([
    ['local-images', { q: 'web' }],
    ['harbor-projects', {}],
    ['usage', { project: 'platform', repository: 'apps/web/frontend', reference: 'stable' }],
    ['health', {}],
  ] as const);
  const body = JSON.stringify(parameters);
  const at = new Date();
  const id = `msg_${number}`;
  const headers = {
    ...JSON_BODY,
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(INVOKE_SECRET).sign(id, at, body),
  };
  const call = {
    kind: 'signed call',
    path: `/webhooks/${name}`,
    method: 'POST',
    headers,
    body,
  } as const;
  if (name !== 'health') return call;
  return {
    ...call,
    ownError: 503,
    check: ({ text, status }) => expectReadiness(text.trimEnd(), status),
  };
}

/** Asks, and leaves before the answer is whole. Its requests have no outcome. */
export async function leaver({ random, truth, url, isStopped }: ClientOptions): Promise<void> {
  while (!isStopped()) {
    const { path, method = 'GET', headers = {} } = random.pick(truth.reads);
    const signal = AbortSignal.timeout(random.between(1, 200));
    const leaving = request(url + path, { method, headers: { ...headers, ...FRESH }, signal });
    await leaving.then(({ body }) => body.dump({ limit: 100, signal })).catch(() => undefined);
    await sleep(random.between(50, 300));
  }
}
