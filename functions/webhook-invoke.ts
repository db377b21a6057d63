/**
 * POST /webhooks/{function}: calls a function, for senders that can only send POST requests. They
 * sign as Standard Webhooks describes. Upstreams: those of the function.
 */
import type { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import * as z from 'zod/mini';
import type { KeptAnswer } from '../shared/domain/webhooks/answer-once.ts';
import { edge } from '../shared/edge/edge.ts';
import { edgeParts } from '../shared/edge/edge-parts.ts';
import { may } from '../shared/http/access.ts';
import { countRefusals } from '../shared/http/count-refusals.ts';
import { executionContext } from '../shared/http/defer.ts';
import {
  createFunction,
  type FunctionContext,
  type FunctionEnv,
  type FunctionMiddleware,
} from '../shared/http/function.ts';
import { ANY_JSON, input, payloadTooLarge } from '../shared/http/input.ts';
import { type DirectCall, invocationSchema, readInvocation } from '../shared/http/invocation.ts';
import { answerError } from '../shared/http/json-answer.ts';
import { type AnyFunction, type Route, routesOf } from '../shared/http/routes.ts';
import type { FunctionName } from '../shared/values/configuration/configuration.ts';
import { Problem } from '../shared/values/problem.ts';
import { readSignature, verifyWebhook } from '../shared/values/standard-webhooks.ts';
import { compare } from './compare.ts';
import { deleteHarborArtifact } from './delete-harbor-artifact.ts';
import { deletionPlan } from './deletion-plan.ts';
import { drift } from './drift.ts';
import { harborArtifacts } from './harbor-artifacts.ts';
import { harborCleanup } from './harbor-cleanup.ts';
import { harborProjects } from './harbor-projects.ts';
import { harborRepositories } from './harbor-repositories.ts';
import { harborUnused } from './harbor-unused.ts';
import { health } from './health.ts';
import { images } from './images.ts';
import { journal } from './journal.ts';
import { localImages } from './local-images.ts';
import { nodeImages } from './node-images.ts';
import { nodes } from './nodes.ts';
import { openapi } from './openapi.ts';
import { usage } from './usage.ts';

const MAX_BODY_BYTES = 64 * 1024;
const INVOCATIONS = 'image_api_webhook_invocations_total';

/** The functions that can be called: all but the pages, the metrics and the webhooks. */
export const INVOCABLE_FUNCTIONS = {
  'local-images': localImages,
  'harbor-projects': harborProjects,
  'harbor-repositories': harborRepositories,
  // Before the artifacts of a repository whose name ends in `/deletion-plan`.
  'deletion-plan': deletionPlan,
  'harbor-artifacts': harborArtifacts,
  'delete-harbor-artifact': deleteHarborArtifact,
  images,
  nodes,
  'node-images': nodeImages,
  compare,
  usage,
  drift,
  'harbor-unused': harborUnused,
  'harbor-cleanup': harborCleanup,
  journal,
  health,
  openapi,
} satisfies Record<
  Exclude<FunctionName, 'ui' | 'metrics' | 'harbor-webhook' | 'webhook-invoke'>,
  AnyFunction
>;

interface Invocable {
  readonly route: Route;
  readonly app: Hono<FunctionEnv>;
}

const INVOCABLES = new Map(
  Object.entries(INVOCABLE_FUNCTIONS).map(([name, fn]) => [name, invocable(fn)]),
);

/** The body for any of the functions; the path decides for which one. */
const bodySchema = z.union([...INVOCABLES.values()].map(({ route }) => invocationSchema(route)));

export const webhookInvoke = createFunction().post(
  // The pattern does not match an empty name, so `/webhooks/` is not found.
  '/webhooks/:function{[\\w-]+}',
  may('open'),
  countRefusals((c, outcome) => c.get('services').metrics.count(INVOCATIONS, { outcome })),
  claimsSignature(),
  bodyLimit({ maxSize: MAX_BODY_BYTES, onError: payloadTooLarge(MAX_BODY_BYTES) }),
  signed(),
  input({
    param: z.object({ function: z.string() }),
    header: z.object({
      'webhook-id': z.string(),
      'webhook-timestamp': z.string(),
      'webhook-signature': z.string(),
    }),
    body: {
      types: ['application/json', ANY_JSON],
      documentedAs: bodySchema,
      required: false,
      read: (c, body) => {
        const { route, app } = invocableOf(c);
        return { app, call: readInvocation(route, body) };
      },
    },
  }),
  async (c) => {
    const { function: name } = c.req.valid('param');
    const { 'webhook-id': id } = c.req.valid('header');
    const { app, call } = c.req.valid('json');
    const log = c.get('log');
    Object.assign(log.fields, { function: name, webhook_id: id });
    log.level = call.method === 'DELETE' ? 'WARNING' : 'INFO';
    // A sender may use one id for all receivers of a message, or by mistake for several messages.
    const key = `${name} ${id} ${await digestOf(await c.req.arrayBuffer())}`;
    const { answer, repeated } = await c
      .get('services')
      .answerOnce(key, ({ shared }) => callDirectly(c, app, { ...call, shared }));
    if (repeated) log.fields['repeated'] = true;
    c.get('services').metrics.count(INVOCATIONS, { outcome: repeated ? 'repeated' : 'answered' });
    const headers = new Headers(answer.headers.map(([name, value]) => [name, value]));
    headers.set('Cache-Control', 'no-store');
    headers.set('X-Request-Id', c.get('requestId'));
    return new Response(answer.body, { status: answer.status, headers });
  },
);

/** Checks what can be checked before the body is read. Refused invocations are logged. */
function claimsSignature(): FunctionMiddleware {
  return async function claimsSignature(c, next) {
    c.get('log').level = 'WARNING';
    const { configuration, now } = c.get('services');
    if (configuration.webhook_config.invoke_secret.length === 0) {
      throw new Problem(
        'webhook_not_configured',
        'Set webhook_config.invoke_secret to enable calls by webhook.',
      );
    }
    readSignature(c.req.raw.headers, now());
    await next();
  };
}

/** Checks the signature over the bytes as they were sent. */
function signed(): FunctionMiddleware {
  return async function signed(c, next) {
    const { configuration, now } = c.get('services');
    const { invoke_secret: secrets } = configuration.webhook_config;
    const body = new Uint8Array(await c.req.arrayBuffer());
    await verifyWebhook({ headers: c.req.raw.headers, body }, { secrets, nowMs: now() });
    c.set('actor', { name: 'webhook' });
    await next();
  };
}

function invocableOf(c: FunctionContext): Invocable {
  const found = INVOCABLES.get(c.req.param('function') ?? '');
  if (found !== undefined) return found;
  const names = [...INVOCABLES.keys()].join(', ');
  throw new Problem('not_found', `There is no such function. The functions are ${names}.`);
}

/** A function that uses the services, the caller and the log line of the webhook's request. */
function invocable(fn: AnyFunction): Invocable {
  const app = createFunction();
  app.use(async function standIn(c, next) {
    const outer = c.env as FunctionContext;
    for (const name of ['services', 'requestId', 'trace', 'log', 'actor'] as const) {
      c.set(name, outer.get(name));
    }
    c.env = outer.env;
    await next();
  });
  app.route('/', fn as Hono<FunctionEnv>);
  app.onError(answerError);
  return { app, route: calledRoute(fn) };
}

/** The only route of a function. Of `health` it is /readyz, because /livez is about the process alone. */
function calledRoute(fn: AnyFunction): Route {
  const [route, ...others] = routesOf(fn).filter(({ path }) => path !== '/livez');
  if (route === undefined || others.length > 0) throw new Error('expected one route to call');
  return route;
}

async function digestOf(body: ArrayBuffer): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', body));
  return btoa(String.fromCharCode(...hash));
}

async function callDirectly(
  c: FunctionContext,
  app: Invocable['app'],
  { method, path, headers, body, shared }: DirectCall & { readonly shared: boolean },
): Promise<KeptAnswer> {
  const direct = new Request(new URL(path, 'http://localhost'), {
    method,
    headers,
    body,
    // Other senders may wait for the same answer, so the call continues when the first one disconnects.
    signal: shared ? null : c.req.raw.signal,
  });
  const response = await app.fetch(direct, c, executionContext(c));
  const bytes = new Uint8Array(await response.arrayBuffer());
  return { status: response.status, headers: [...response.headers], body: bytes };
}

export default edge(webhookInvoke, edgeParts);
