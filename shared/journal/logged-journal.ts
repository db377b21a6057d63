/** The journal where there is no file: the same record is in the log, in a line for each event. */
import type { Configuration } from '../configuration/configuration.ts';
import type { Logger } from '../log/logger.ts';
import { Problem } from '../problem.ts';
import type { Journal, JournalEntry } from './journal.ts';
import type { JournalIntent } from './journal-record.ts';

/** The journal of a runtime without files. If one is configured, nothing is deleted. */
export function createLoggedJournal(
  { delete_config }: Pick<Configuration, 'delete_config'>,
  logger: Logger,
): Journal {
  const configured = delete_config.journal_file !== null;
  const refuse = () => {
    throw new Problem(
      'unsupported_here',
      configured
        ? 'This runtime has no files for delete_config.journal_file. Remove it, so that the log ' +
            'has the record of each deletion, or run the service on Node.'
        : 'This runtime has no files, and so no journal. The log has the record of each ' +
            'deletion. To read it here, run the service on Node with delete_config.journal_file.',
    );
  };
  return {
    configured,
    begin: async (intent) => (configured ? refuse() : logDeletion(logger, intent)),
    read: async () => refuse(),
    check: async () => refuse(),
  };
}

/** Writes the line of the intent. The log adds the time. */
export function logDeletion(logger: Logger, intent: JournalIntent): JournalEntry {
  const id = crypto.randomUUID();
  logger.log('WARNING', 'journal', { id, event: 'intent', ...intent });
  return {
    settle: async (outcome) =>
      logger.log('WARNING', 'journal', { id, event: 'outcome', ...intent, outcome }),
  };
}
