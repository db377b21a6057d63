/** The router: all functions as one Hono app. Those that a webhook may call are listed in webhook-invoke.ts. */

import type { FunctionName } from '../shared/configuration/configuration.ts';
import { edge } from '../shared/edge/edge.ts';
import { edgeParts } from '../shared/edge/edge-parts.ts';
import { createFunction } from '../shared/http/function.ts';
import { viaFunctionUrl } from '../shared/http/function-proxy.ts';
import type { AnyFunction } from '../shared/http/routes.ts';
import { harborWebhook } from './harbor-webhook.ts';
import { ui } from './ui.tsx';
import { INVOCABLE_FUNCTIONS, webhookInvoke } from './webhook-invoke.ts';

/** By name, which is the name of the file. `/webhooks/:function` comes after `/webhooks/harbor`. */
export const FUNCTIONS = {
  ...INVOCABLE_FUNCTIONS,
  ui,
  'harbor-webhook': harborWebhook,
  'webhook-invoke': webhookInvoke,
} satisfies Record<FunctionName, AnyFunction>;

const FUNCTION_ENTRIES = Object.entries(FUNCTIONS) as [FunctionName, AnyFunction][];

export const router = createFunction();
for (const [name, fn] of FUNCTION_ENTRIES) router.route('/', viaFunctionUrl(name, fn));

export default edge(router, edgeParts);
