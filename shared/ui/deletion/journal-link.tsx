/** Leads from a deletion to its line in the journal. */

import type { FunctionContext } from '../../http/function.ts';
import { journalAddress } from '../view/links.ts';

interface JournalLinkProps {
  readonly c: FunctionContext;
  /** The request id of the deletion; null: all deletions. */
  readonly requestId: string | null;
}

export function JournalLink({ c, requestId }: JournalLinkProps) {
  if (!c.get('services').journal.configured) {
    return (
      <p class="small">
        There is no journal; the log has a line of each deletion. To keep one, set{' '}
        <code>delete_config.journal_file</code>.
      </p>
    );
  }
  return (
    <p>
      <a href={journalAddress(requestId === null ? {} : { q: requestId })}>
        {requestId === null ? 'See the journal' : 'See its line in the journal'}
      </a>
    </p>
  );
}
