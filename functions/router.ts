/** The router: all functions as one Hono app. */

import { edge } from '../shared/edge/edge.ts';
import { edgeParts } from '../shared/edge/edge-parts.ts';
import { viaFunctionUrl } from '../shared/http/deployed/function-proxy.ts';
import { createFunction } from '../shared/http/function.ts';
import type { AnyFunction } from '../shared/http/routes.ts';
import type { FunctionName } from '../shared/values/configuration/configuration.ts';
import { API_FUNCTIONS, api } from './api.ts';
import { ui } from './ui.tsx';

/** All functions by name, which is the name of the file. Pages are for people: docs/ui.md lists them. */
export const FUNCTIONS = { ...API_FUNCTIONS, ui } satisfies Record<FunctionName, AnyFunction>;

export const router = createFunction().route('/', api).route('/', viaFunctionUrl('ui', ui));

export default edge(router, edgeParts);
