/** The journal in a file. */
import type { Configuration } from '../../configuration/configuration.ts';
import type { Journal } from '../../journal/journal.ts';
import { logDeletion } from '../../journal/logged-journal.ts';
import type { Logger } from '../../log/logger.ts';

/** Placeholder. */
export function createJournal({
  configuration,
  logger,
}: {
  readonly configuration: Configuration;
  readonly logger: Logger;
}): Journal {
  return {
    configured: configuration.delete_config.journal_file !== null,
    begin: async (intent) => logDeletion(logger, intent),
    read: async () => ({ rows: [], total: 0 }),
    check: async () => undefined,
  };
}
