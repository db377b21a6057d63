/** The problems of a configuration as messages for the operator, without secrets. */
import { escaped } from '../escaped.ts';
import type { ConfigurationProblem } from './section-reader.ts';

/** Keys whose values never appear in a problem, a log line or an answer. On Node each can be read from `NAME_FILE`. */
export const SECRET_KEYS: ReadonlySet<string> = new Set([
  'read_token',
  'write_token',
  'harbor_password',
  'bridge_token',
  'nodes',
  'harbor_webhook_token',
  'invoke_secret',
  'notify_url',
  'notify_secret',
  'session_key',
]);

/** Keys whose invalid values are not quoted. After a colon, a user name often contains the password. */
const UNQUOTED: ReadonlySet<string> = new Set([...SECRET_KEYS, 'harbor_username']);

/** One line each: `section.key: what was expected`, and the value if it may be shown. */
export function problemLines(problems: readonly ConfigurationProblem[]): readonly string[] {
  return problems.map(({ name, message, value }) => {
    const key = name.slice(name.indexOf('.') + 1);
    const found = UNQUOTED.has(key) ? '' : got(value, /_(host|url)$/.test(key));
    return escaped(`${name}: ${message}${found}`);
  });
}

/** `, got …` with the part of a value that may be shown: of a URL only scheme, if it has one, host and port. */
function got(shown: unknown, isUrl: boolean): string {
  if (Array.isArray(shown)) return ', got an array';
  if (typeof shown === 'object' && shown !== null) return ', got an object';
  if (typeof shown !== 'string') return shown === undefined ? '' : `, got ${shown}`;
  const [, scheme, host] = /^([a-z][a-z0-9+.-]*):\/\/(?:.*@)?([^/?#]*)/is.exec(shown) ?? [];
  if (scheme) return `, got ${JSON.stringify(`${scheme}://${host}`)}`;
  // Text with an @ may contain user info, with or without a scheme.
  if (shown.includes('@')) return '';
  const safe = isUrl ? shown.replace(/[/?#].*/s, '') : shown;
  return `, got ${JSON.stringify(safe.slice(0, 80))}`;
}
