/** All services: for the router, and for calls of any function by webhook. */

import { runsWithinRequest } from '../domain/cleanup/runs/runs-within-request.ts';
import type { EdgeParts } from './edge.ts';
import { edgeBridge } from './edge-bridge.ts';
import { edgeDeliveries } from './edge-deliveries.ts';
import { edgeHarbor } from './edge-harbor.ts';
import { edgeIgnoreList } from './edge-ignore-list.ts';
import { edgeNodes } from './edge-nodes.ts';
import { edgeReadiness } from './edge-readiness.ts';
import { edgeRegistry } from './edge-registry.ts';

export const edgeParts: EdgeParts = {
  harbor: edgeHarbor,
  bridge: edgeBridge,
  nodes: edgeNodes,
  registry: edgeRegistry,
  ignoreList: edgeIgnoreList,
  cleanupRuns: runsWithinRequest,
  deliveries: edgeDeliveries,
  readiness: edgeReadiness,
};
