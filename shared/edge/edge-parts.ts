/** The ignore list of an edge function, and all services, for the router and for calls of any function by webhook. */

import { runsWithinRequest } from '../domain/cleanup/runs/runs-within-request.ts';
import { EMPTY_IGNORE_LIST, parseIgnoreList } from '../domain/local-images/parse-ignore-list.ts';
import type { IgnoreList } from '../ports/ignore-list.ts';
import type { EdgeContext, EdgeParts } from './edge.ts';
import { edgeBridge } from './edge-bridge.ts';
import { edgeDeliveries } from './edge-deliveries.ts';
import { edgeNodes } from './edge-nodes.ts';
import { edgeReadiness } from './edge-readiness.ts';
import { edgeWholeRegistry } from './edge-registry.ts';

/**
 * The CSV text of the `IGNORE_LIST` binding, because there are no files. If it cannot be parsed, nothing is ignored, and
 * one line is logged.
 */
export function edgeIgnoreList({ bindings, logger }: EdgeContext): () => IgnoreList {
  const text = bindings['IGNORE_LIST'];
  if (typeof text !== 'string') return () => EMPTY_IGNORE_LIST;
  const { list, warnings } = parseIgnoreList(text);
  for (const { line, message } of warnings) {
    logger.log('WARNING', `IGNORE_LIST: ${message}`, { line });
  }
  return () => list;
}

export const edgeParts: EdgeParts = {
  bridge: edgeBridge,
  nodes: edgeNodes,
  registry: edgeWholeRegistry,
  ignoreList: edgeIgnoreList,
  cleanupRuns: runsWithinRequest,
  deliveries: edgeDeliveries,
  readiness: edgeReadiness,
};
