/** Readiness on runtimes that keep nothing between requests: each request checks the sources. */
import { createLoggedJournal } from '../journal/logged-journal.ts';
import { checkSources } from '../readiness/readiness.ts';
import type { Services } from '../services.ts';
import { sleep } from '../sleep.ts';
import type { EdgeUpstreams } from './edge.ts';

export function edgeReadiness(context: EdgeUpstreams): Services['readiness'] {
  const { configuration, logger, harbor, bridge } = context;
  const journal = createLoggedJournal(configuration, logger);
  return (signal) => checkSources({ harbor, bridge, journal, logger, sleep }, signal);
}
