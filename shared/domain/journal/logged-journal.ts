/** The journal where there is no file: the same record is in the log, in a line for each event. */

import type { Journal, JournalEntry } from '../../ports/journal.ts';
import type { JournalIntent } from '../../ports/journal-record.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Configuration } from '../../values/configuration/configuration.ts';
import { Problem } from '../../values/problem.ts';

/** The journal of a runtime without files, whatever `journal_file` is. */
export function createLoggedJournal(
  { delete_config }: Pick<Configuration, 'delete_config'>,
  logger: Logger,
): Journal {
  return {
    configured: delete_config.journal_file !== null,
    begin: async (intent) => logIntent(logger, intent),
    read: async () => {
      throw new Problem(
        'unsupported_here',
        'This runtime has no files, so the record of each deletion is in the log only. To read the ' +
          'journal here, run the service on Node with delete_config.journal_file.',
      );
    },
    check: async () => undefined,
  };
}

/** Writes the line of the intent. The log adds the time. */
export function logIntent(logger: Logger, intent: JournalIntent): JournalEntry {
  const id = crypto.randomUUID();
  logger.always('WARNING', 'journal', { id, event: 'intent', ...intent });
  return {
    settle: async (outcome) =>
      logger.always('WARNING', 'journal', { id, event: 'outcome', ...intent, outcome }),
  };
}
