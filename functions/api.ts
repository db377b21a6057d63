/** The JSON API: all functions but the pages. Those that a webhook may call are listed in webhook-invoke.ts. */

import { viaFunctionUrl } from '../shared/http/deployed/function-proxy.ts';
import { createFunction } from '../shared/http/function.ts';
import type { AnyFunction } from '../shared/http/routes.ts';
import type { FunctionName } from '../shared/values/configuration/configuration.ts';
import { harborWebhook } from './harbor-webhook.ts';
import { metrics } from './metrics.ts';
import { INVOCABLE_FUNCTIONS, webhookInvoke } from './webhook-invoke.ts';

/** The functions that the OpenAPI document describes. `/webhooks/:function` comes after `/webhooks/harbor`. */
export const API_FUNCTIONS = {
  ...INVOCABLE_FUNCTIONS,
  metrics,
  'harbor-webhook': harborWebhook,
  'webhook-invoke': webhookInvoke,
} satisfies Record<Exclude<FunctionName, 'ui'>, AnyFunction>;

const FUNCTION_ENTRIES = Object.entries(API_FUNCTIONS) as [FunctionName, AnyFunction][];

export const api = createFunction();
for (const [name, fn] of FUNCTION_ENTRIES) api.route('/', viaFunctionUrl(name, fn));
