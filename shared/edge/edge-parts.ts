/** All services: for the router, and for calls of any function by webhook. */

import { runsWithinRequest } from '../domain/cleanup/runs/runs-within-request.ts';
import type { EdgeParts } from './edge.ts';
import { edgeBridge } from './edge-bridge.ts';
import { edgeDeliveries } from './edge-deliveries.ts';
import { edgeIgnoreList } from './edge-ignore-list.ts';
import { edgeNodes } from './edge-nodes.ts';
import { edgeReadiness } from './edge-readiness.ts';
import { edgeWholeRegistry } from './edge-registry.ts';

export const edgeParts: EdgeParts = {
  bridge: edgeBridge,
  nodes: edgeNodes,
  registry: edgeWholeRegistry,
  ignoreList: edgeIgnoreList,
  cleanupRuns: runsWithinRequest,
  deliveries: edgeDeliveries,
  readiness: edgeReadiness,
};
