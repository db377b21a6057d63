/** Readiness on runtimes that keep nothing between requests: each request checks the sources. */
import { checkSources } from '../readiness.ts';
import type { Services } from '../services.ts';
import { sleep } from '../sleep.ts';
import type { EdgeUpstreams } from './edge.ts';

export function edgeReadiness({ logger, harbor, bridge }: EdgeUpstreams): Services['readiness'] {
  return (signal) => checkSources({ harbor, bridge, logger, sleep }, signal);
}
