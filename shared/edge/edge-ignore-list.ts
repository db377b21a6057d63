/**
 * The ignore list in force: watched from a file where a process can, else the CSV text of the
 * `IGNORE_LIST` binding.
 */
import type { Services } from '../endpoint.ts';
import { EMPTY_IGNORE_LIST, type IgnoreList, parseIgnoreList } from '../host/ignore-list.ts';

const parsed = new WeakMap<object, IgnoreList>();

/** A text that does not parse ignores nothing, and is said once. */
export function ignoreListOf(services: Services): IgnoreList {
  if (services.ignoreList !== undefined) return services.ignoreList();
  if (services.ignoreListText === undefined) return EMPTY_IGNORE_LIST;
  let list = parsed.get(services);
  if (list === undefined) {
    const result = parseIgnoreList(services.ignoreListText);
    for (const warning of result.warnings) {
      services.logger.log('WARNING', `IGNORE_LIST: ${warning.message}`, { line: warning.line });
    }
    list = result.list;
    parsed.set(services, list);
  }
  return list;
}
