/** The journal in a file. */
import type { Configuration } from '../../configuration/configuration.ts';
import type { Journal } from '../../journal/journal.ts';
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
    begin: async (intent) => {
      logger.log('WARNING', 'a deletion begins', { ...intent });
      return { settle: async () => undefined };
    },
    rows: async () => [],
  };
}
