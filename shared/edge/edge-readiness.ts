/** Readiness on runtimes that keep nothing between requests: each request checks the sources. */
import { createLoggedJournal } from '../domain/journal/logged-journal.ts';
import { checkSources } from '../domain/readiness/readiness.ts';
import type { Services } from '../http/function-services.ts';
import type { EdgeUpstreams } from './edge.ts';

export function edgeReadiness(context: EdgeUpstreams): Services['readiness'] {
  const { configuration, logger, registry, bridge } = context;
  const journal = createLoggedJournal(configuration, logger);
  return (signal) => checkSources({ registry, bridge, journal, logger }, signal);
}
