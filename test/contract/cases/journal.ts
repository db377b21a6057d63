/** The journal, which needs files. */
import type { AddCase } from './case.ts';

export function journalCases(add: AddCase): void {
  add('journal', '/journal?outcome=lost', [422, 'invalid_request']);
  add('journal', '/journal?since=yesterday', [422, 'invalid_request']);
  // No deployment of the suite has a file for it.
  add('journal', '/journal', [503, 'journal_unavailable'], { files: true });
  add('journal', '/journal', [501, 'unsupported_here'], { files: false });
  add('journal', '/journal', [401, 'unauthorized'], {
    deployment: 'guarded',
    headers: { Host: 'allowed.example' },
  });
}
