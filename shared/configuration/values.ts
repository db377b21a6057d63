/**
 * The types of configuration values: what each accepts from JSON and from the text of an environment
 * variable, and what it becomes. Problems say what was expected; configuration.ts adds the value itself,
 * because it knows the secret keys. Kept small, because every edge bundle contains it.
 */
import * as z from 'zod/mini';
import { type CompiledPolicy, readPolicy } from '../cleanup/policy.ts';
import { isRecord } from '../is-record.ts';
import { LOG_LEVELS, type LogLevel } from '../log/logger.ts';
import { parseJson } from '../parse-json.ts';

/** A secret with the name that the log may show. A plain string has the name of its key (`read_token`). */
export interface NamedToken {
  readonly name: string;
  readonly token: string;
}

/** The address that a process listens on. */
export type Address =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number };

/** The address of a bridge: the path of a unix socket, or a base URL without a trailing slash. */
export type BridgeUrl =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'url'; readonly url: string };

/** The functions, by the names of their files: keys of `function_urls` and of `/webhooks/{function}`. */
export const FUNCTION_NAMES = [
  'local-images',
  'harbor-projects',
  'harbor-repositories',
  'harbor-artifacts',
  'delete-harbor-artifact',
  'images',
  'nodes',
  'node-images',
  'compare',
  'usage',
  'drift',
  'harbor-unused',
  'deletion-plan',
  'harbor-cleanup',
  'journal',
  'health',
  'openapi',
  'harbor-webhook',
  'webhook-invoke',
] as const;
export type FunctionName = (typeof FUNCTION_NAMES)[number];

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

/** Whether an optional value is not set. */
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

/** The characters of a Bearer token: those that a header transports unchanged. */
export const TOKEN = /^[\x21-\x7e]+$/;

/** A token, or an object of name → token. An empty one is refused, because it would not protect anything. */
export function tokens(name: string) {
  return key<readonly NamedToken[]>([], {
    expected: 'a token (printable ASCII, no spaces) or a non-empty object of name to token',
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

const PLACEHOLDER = 'your-harbor-instance.com';

/** Harbor's base URL: `host`, `host:port` or a URL; null if it is empty or the placeholder. */
export const harborHost = () =>
  key<string | null>(null, {
    expected: 'a host, host:port or http(s) URL without user info, query and fragment',
    read: (value) => {
      if (value === null) return null;
      if (typeof value !== 'string') return undefined;
      const host = value.trim();
      if (host === '') return null;
      const url = webUrl(/^[a-z][a-z0-9+.-]*:\/\//i.test(host) ? host : `https://${host}`);
      if (url?.hostname === PLACEHOLDER) return null;
      return (
        url &&
        base(url)
          .replace(/\/api\/v2\.0$/, '')
          .replace(/\/+$/, '')
      );
    },
  });

/** An http(s) URL; null if it is not set. */
export const url = () =>
  key<string | null>(null, {
    expected: 'an http(s) URL without user info and fragment',
    read: (value) => (unset(value) ? null : webUrl(value, true)?.href),
  });

/** An http(s) base URL without a trailing slash; null if it is not set. */
export const baseUrl = () =>
  key<string | null>(null, {
    expected: 'an http(s) URL without user info, query and fragment',
    read: (value) => {
      if (unset(value)) return null;
      const parsed = webUrl(value);
      return parsed && base(parsed);
    },
  });

export const A_BRIDGE_URL = 'unix:PATH or an http(s) URL without user info, query and fragment';

export const bridgeUrl = () =>
  key<BridgeUrl | null>(null, {
    expected: A_BRIDGE_URL,
    read: (value) => (unset(value) ? null : readBridgeUrl(value)),
  });

/** @returns undefined if it is not the address of a bridge */
export function readBridgeUrl(value: unknown): BridgeUrl | undefined {
  const path = unixPath(value);
  if (path !== null) return { kind: 'unix', path };
  const parsed = webUrl(value);
  return parsed && { kind: 'url', url: base(parsed) };
}

/** Whether a token would be sent in plain text to another host. */
export function isPlaintextElsewhere(address: BridgeUrl): boolean {
  if (address.kind !== 'url') return false;
  const { protocol, hostname } = new URL(address.url);
  return protocol === 'http:' && !isLoopbackHost(hostname);
}

export const listenAddress = (fallback: Address) =>
  key<Address>(fallback, {
    expected: 'unix:PATH or HOST:PORT',
    read: (value) => {
      const path = unixPath(value);
      if (path !== null) return { kind: 'unix', path };
      const [, host = '', port] = /^(\[[\da-f:.]+\]|[\w.-]+):(\d{1,5})$/i.exec(textOf(value)) ?? [];
      if (port === undefined || Number(port) < 1 || Number(port) > 65_535) return undefined;
      return { kind: 'tcp', host: bare(host), port: Number(port) };
    },
  });

/** Function name → base URL of its deployment. */
export const functionUrls = () =>
  key<Readonly<Partial<Record<FunctionName, string>>>>(
    {},
    {
      expected: 'an object of function name to URL',
      fromText: parseJson,
      read: (value, refuse) => {
        if (!isRecord(value)) return undefined;
        const urls: Partial<Record<FunctionName, string>> = {};
        for (const [given, address] of Object.entries(value)) {
          const name = FUNCTION_NAMES.find((known) => known === given);
          const parsed = webUrl(address);
          if (!name)
            refuse(given, `unknown function; expected one of ${FUNCTION_NAMES.join(', ')}`);
          else if (!parsed || (parsed.protocol === 'http:' && !isLoopbackHost(parsed.hostname)))
            refuse(
              given,
              'expected an https URL (http only to loopback) without user info, query and fragment',
            );
          else urls[name] = base(parsed);
        }
        return urls;
      },
    },
  );

/** Whether a URL's host name means this machine: localhost, 127.0.0.0/8 or [::1]. */
export function isLoopbackHost(hostname: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i.test(hostname);
}

/** A string unchanged. Any other type becomes the empty string, which matches nothing. */
const textOf = (value: unknown) => (typeof value === 'string' ? value : '');

/** An IPv6 address without its brackets, any other host unchanged. */
export const bare = (host: string) => host.replace(/^\[(.*)\]$/, '$1');

function unixPath(value: unknown): string | null {
  // URLs have the form `unix:///run/x`, nginx and systemd `unix:/run/x`.
  const [, path] = /^unix:(?:\/\/(?=\/))?(\P{Cc}+)$/u.exec(textOf(value)) ?? [];
  return path ?? null;
}

function webUrl(value: unknown, withQuery = false): URL | undefined {
  const given = textOf(value);
  const parsed = URL.canParse(given) ? new URL(given) : undefined;
  if (!parsed || !/^https?:$/.test(parsed.protocol) || !/^https?:\/\//i.test(given)) return;
  // An empty query or fragment leaves search and hash empty but stays in the URL, so the text is checked.
  const rest = withQuery ? /#/ : /[?#]/;
  return parsed.username || parsed.password || rest.test(parsed.href) ? undefined : parsed;
}

const base = (parsed: URL) => parsed.href.replace(/\/+$/, '');

const POLICY_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const A_POLICY_NAME = 'expected a name of at most 64 letters, digits, . _ -';

/** Policy name → policy. */
export const policies = () =>
  key<Readonly<Record<string, CompiledPolicy>>>(
    {},
    {
      expected: 'an object of name to policy',
      fromText: parseJson,
      read: (value, refuse) => {
        if (!isRecord(value)) return undefined;
        const entries = Object.entries(value).map(([name, given]) => {
          if (!POLICY_NAME.test(name)) refuse(name, A_POLICY_NAME);
          const { policy, faults } = readPolicy(given, name);
          for (const { member, detail } of faults ?? []) {
            refuse(member === '' ? name : `${name}.${member}`, detail);
          }
          return [name, policy] as const;
        });
        const read = entries.flatMap(([name, policy]) =>
          policy === null ? [] : [[name, policy] as const],
        );
        return Object.fromEntries(read);
      },
    },
  );
