/** All functions as one app: the only route table. */
import { edgeApp } from '../shared/edge/edge.ts';
import { edgeBridge } from '../shared/edge/edge-bridge.ts';
import { edgeWebhooks } from '../shared/edge/edge-webhooks.ts';
import type { Endpoint } from '../shared/endpoint.ts';
import { viaFunctionUrl } from '../shared/function-proxy.ts';
import { deleteHarborArtifact } from './delete-harbor-artifact.ts';
import { harborArtifacts } from './harbor-artifacts.ts';
import { harborProjects } from './harbor-projects.ts';
import { harborRepositories } from './harbor-repositories.ts';
import { harborWebhook } from './harbor-webhook.ts';
import { livez, readyz } from './health.ts';
import { images } from './images.ts';
import { localImages } from './local-images.ts';
import { openapi } from './openapi.ts';
import { webhookInvoke } from './webhook-invoke.ts';

export const endpoints: readonly Endpoint[] = [
  localImages,
  harborProjects,
  harborRepositories,
  harborArtifacts,
  deleteHarborArtifact,
  images,
  livez,
  readyz,
  openapi,
  // Before {function}, which would take `harbor` for the name of one.
  harborWebhook,
  webhookInvoke,
];

/** The same as a router serves them: some may be deployed elsewhere (`function_urls`). */
export const routes = endpoints.map(viaFunctionUrl);

export default edgeApp(routes, { bridge: edgeBridge, webhooks: edgeWebhooks });
