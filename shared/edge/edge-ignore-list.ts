/** The ignore list on runtimes without files: the CSV text of the `IGNORE_LIST` binding. */

import { EMPTY_IGNORE_LIST, parseIgnoreList } from '../domain/local-images/parse-ignore-list.ts';
import type { IgnoreList } from '../ports/ignore-list.ts';
import type { EdgeContext } from './edge.ts';

/** If the text cannot be parsed, nothing is ignored, and one line is logged. */
export function edgeIgnoreList({ bindings, logger }: EdgeContext): () => IgnoreList {
  const text = bindings['IGNORE_LIST'];
  if (typeof text !== 'string') return () => EMPTY_IGNORE_LIST;
  const { list, warnings } = parseIgnoreList(text);
  for (const { line, message } of warnings) {
    logger.log('WARNING', `IGNORE_LIST: ${message}`, { line });
  }
  return () => list;
}
