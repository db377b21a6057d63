/** The journal of a Node process: in a file if one is configured, otherwise in the log. */

import { logIntent } from '../../domain/journal/logged-journal.ts';
import type { Journal } from '../../ports/journal.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Metrics } from '../../ports/metrics/metrics.ts';
import type { Registry } from '../../ports/registry.ts';
import type { Configuration } from '../../values/configuration/configuration.ts';
import { Problem } from '../../values/problem.ts';
import { createFileJournal } from './file-journal.ts';
import { type Settlement, startSettlement } from './settlement.ts';

export interface NodeJournalOptions {
  readonly configuration: Configuration;
  readonly registry: Registry;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly now: () => number;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
}

export interface NodeJournal {
  readonly journal: Journal;
  close(): Promise<void>;
}

/** Makes the journal. If Harbor is configured, it settles what earlier processes left. */
export function createNodeJournal(options: NodeJournalOptions): NodeJournal {
  const { configuration, registry, metrics, now, sleep } = options;
  const logger = options.logger.child('journal');
  const { journal_file: path } = configuration.delete_config;
  if (path === null) return { journal: journalInLog(logger), close: async () => undefined };
  const journal = createFileJournal({
    path,
    logger,
    metrics,
    now,
    onBegin: (id) => settlement?.begun(id),
    onUnknown: (id) => settlement?.add(id),
  });
  const { harbor_timeout_ms: harborTimeoutMs } = configuration.harbor_config;
  const settlement: Settlement | null =
    registry.host === null
      ? null
      : startSettlement({ journal, registry, harborTimeoutMs, logger, now, sleep });
  return {
    journal,
    async close() {
      settlement?.stop();
      await journal.close();
    },
  };
}

function journalInLog(logger: Logger): Journal {
  const refuse = async (): Promise<never> => {
    throw new Problem(
      'journal_unavailable',
      'Set delete_config.journal_file to a path for the journal. Without it, the record of each ' +
        'deletion is in the log only.',
    );
  };
  return {
    configured: false,
    begin: async (intent) => logIntent(logger, intent),
    read: refuse,
    check: refuse,
  };
}
