/** The router: all functions as one Hono app. Those that a webhook may call are listed in webhook-invoke.ts. */

import { edge } from '../shared/edge/edge.ts';
import { edgeParts } from '../shared/edge/edge-parts.ts';
import { viaFunctionUrl } from '../shared/http/deployed/function-proxy.ts';
import { createFunction } from '../shared/http/function.ts';
import type { AnyFunction } from '../shared/http/routes.ts';
import type { FunctionName } from '../shared/values/configuration/configuration.ts';
import { harborWebhook } from './harbor-webhook.ts';
import { metrics } from './metrics.ts';
import { ui } from './ui.tsx';
import { INVOCABLE_FUNCTIONS, webhookInvoke } from './webhook-invoke.ts';

/**
 * The JSON API, which the OpenAPI document describes. Pages are for people: docs/ui.md lists them.
 * `/webhooks/:function` comes after `/webhooks/harbor`.
 */
export const API_FUNCTIONS = {
  ...INVOCABLE_FUNCTIONS,
  metrics,
  'harbor-webhook': harborWebhook,
  'webhook-invoke': webhookInvoke,
} satisfies Record<Exclude<FunctionName, 'ui'>, AnyFunction>;

/** All functions by name, which is the name of the file. */
export const FUNCTIONS = { ...API_FUNCTIONS, ui } satisfies Record<FunctionName, AnyFunction>;

const FUNCTION_ENTRIES = Object.entries(FUNCTIONS) as [FunctionName, AnyFunction][];

export const router = createFunction();
for (const [name, fn] of FUNCTION_ENTRIES) router.route('/', viaFunctionUrl(name, fn));

export default edge(router, edgeParts);
