/**
 * The types of configuration values: what each accepts from JSON and from the text of an environment
 * variable, and what it becomes. Problems say what was expected; problem-lines.ts adds the value itself,
 * because it knows the secret keys. Kept small, because every edge bundle contains it.
 */

import * as z from 'zod/mini';
import { isRecord } from '../is-record.ts';
import { LOG_LEVELS, type LogLevel } from '../log-level.ts';
import { parseJson } from '../parse-json.ts';

/** A secret with the name that the log may show. A plain string has the name of its key (`read_token`). */
export interface NamedToken {
  readonly name: string;
  readonly token: string;
}

/** A value from the environment. It is text, from which numbers, booleans and lists are still to be parsed. */
export class EnvironmentText {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** Refuses one member of a value: `path` below the key, and the whole message. */
export type Refuse = (path: string, message: string) => void;

interface Kind<T> {
  readonly expected: string;
  /** The value that the text of an environment variable means; by default the text itself. */
  readonly fromText?: (text: string, refuse: Refuse) => unknown;
  /** The parsed value; undefined if the value is not valid. */
  readonly read: (value: unknown, refuse: Refuse) => T | undefined;
}

/** The schema of a key that has a default. */
export function key<T>(
  fallback: T,
  { expected, fromText, read }: Kind<T>,
): z.ZodMiniType<T, unknown> {
  const parse: z.ZodMiniType<T, unknown> = z.transform((input: unknown, payload) => {
    const text = input instanceof EnvironmentText ? input.text : null;
    const issue = (path: string[], message: string) =>
      payload.issues.push({ code: 'custom', input, message, path });
    const refuse: Refuse = (path, message) => issue([path], message);
    const given = text === null ? input : fromText ? fromText(text, refuse) : text;
    const value = read(given, refuse);
    if (value !== undefined) return value;
    issue([], `expected ${expected}`);
    return fallback;
  });
  // zod's type for a default excludes undefined, as T does here.
  return z._default<typeof parse>(parse, () => fallback as z.core.util.NoUndefined<T>);
}

/** A string that `pattern` allows; by default anything without control characters. */
export function text(fallback: string, expected = 'a string', pattern = /^\P{Cc}*$/u) {
  return key(fallback, { expected, read: (value) => matching(value, pattern) });
}

/** Like `text`, but null and the empty string mean "not set", which is the default. */
export function optionalText(expected = 'a string', pattern = /^\P{Cc}*$/u) {
  return key<string | null>(null, {
    expected,
    read: (value) => (unset(value) ? null : matching(value, pattern)),
  });
}

/** Tells whether an optional value is not set. */
export const unset = (value: unknown) => value === null || value === '';

/** The value if it is a string that `pattern` allows. */
export function matching(value: unknown, pattern: RegExp): string | undefined {
  return typeof value === 'string' && pattern.test(value) ? value : undefined;
}

/** One of the given values, true and false by default. */
export function oneOf<const T extends string | boolean | null>(fallback: T, values: readonly T[]) {
  return key<T>(fallback, {
    expected: `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`,
    fromText: (given) => {
      const word = given.trim().toLowerCase();
      return /^(true|1|yes|on)$/.test(word) && values.some((value) => value === true)
        ? true
        : /^(false|0|no|off)$/.test(word) && values.some((value) => value === false)
          ? false
          : word;
    },
    read: (value) => [fallback, ...values].find((allowed) => allowed === value),
  });
}

export const flag = (fallback: boolean) => oneOf<boolean>(fallback, [true, false]);

/** Like `flag`; null means "not set". */
export const optionalFlag = () => oneOf<boolean | null>(null, [true, false]);

export function integer(fallback: number, least: number, most: number) {
  return key(fallback, {
    expected: `an integer from ${least} to ${most}`,
    fromText: (given) => (/^\s*-?\d+\s*$/.test(given) ? Number(given) : given),
    read: (value) =>
      typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
        ? value
        : undefined,
  });
}

/** A Python level name in any case; WARN and FATAL are Python's own short forms. */
export function logLevel(fallback: LogLevel) {
  return key<LogLevel>(fallback, {
    expected: LOG_LEVELS.join(', '),
    read: (value) => {
      const name = textOf(value).trim().toUpperCase();
      const full = name === 'WARN' ? 'WARNING' : name === 'FATAL' ? 'CRITICAL' : name;
      return LOG_LEVELS.find((level) => level === full);
    },
  });
}

/** A Bearer token: characters that a header transports unchanged, and so many that nobody can try them all. */
export const TOKEN = /^[\x21-\x7e]{16,}$/;
export const A_TOKEN =
  'a token of 16 or more printable ASCII characters without spaces (openssl rand -hex 32)';

/** A token, or an object of name → token. An empty one is refused, because it would not protect anything. */
export function tokens(name: string) {
  return key<readonly NamedToken[]>([], {
    expected: `${A_TOKEN}, or a non-empty object of name to token`,
    fromText: (given) => (given.startsWith('{') ? (parseJson(given) ?? given) : given),
    read: (value) => {
      if (value === null) return [];
      const entries = isRecord(value) ? Object.entries(value) : [[name, value] as const];
      const named = entries.flatMap(([owner, token]) =>
        typeof token === 'string' && TOKEN.test(token) ? [{ name: owner, token }] : [],
      );
      return named.length > 0 && named.length === entries.length ? named : undefined;
    },
  });
}

/** A list of strings that `pattern` allows. In the environment it is JSON, or separated by spaces or commas. */
export function list(expected: string, pattern: RegExp, normalise = (item: string) => item) {
  return key<readonly string[]>([], {
    expected,
    fromText: (given) =>
      given.startsWith('[')
        ? parseJson(given)
        : given.split(/[\s,]+/).filter((item) => item !== ''),
    read: (value) => {
      if (value === null) return [];
      const items: readonly unknown[] = Array.isArray(value) ? value : [value];
      const valid = items.flatMap((item) => matching(item, pattern) ?? []);
      return valid.length === items.length ? valid.map(normalise) : undefined;
    },
  });
}

/** A string unchanged. Any other type becomes the empty string, which matches nothing. */
export const textOf = (value: unknown) => (typeof value === 'string' ? value : '');
