/** Every service that a function may use: for the router, and for invocations of any function. */

import type { EdgeParts } from './edge.ts';
import { edgeBridge } from './edge-bridge.ts';
import { edgeDeliveries } from './edge-deliveries.ts';
import { edgeHarbor } from './edge-harbor.ts';
import { edgeIgnoreList } from './edge-ignore-list.ts';
import { edgeReadiness } from './edge-readiness.ts';

export const edgeParts: EdgeParts = {
  harbor: edgeHarbor,
  bridge: edgeBridge,
  ignoreList: edgeIgnoreList,
  deliveries: edgeDeliveries,
  readiness: edgeReadiness,
};
