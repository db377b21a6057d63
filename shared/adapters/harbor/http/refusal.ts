/** The meaning of Harbor's answers other than success (docs/harbor.md). */

import * as z from 'zod/mini';
import type { Missing } from '../../../ports/registry-problem.ts';
import { printable } from '../../../values/names.ts';
import { arrayOf, parseJson } from '../../../values/parse-json.ts';
import type { ProblemCode } from '../../../values/problem.ts';
import { type CallName, type FailureFacts, HarborProblem } from './failure.ts';
import type { SettingNames } from './options.ts';

/** An answer's status, headers and text; the text is null if it was not read. */
export interface Refusal {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string | null;
}

/** Harbor's error body. (Not `z.catch`, which adds 3 KiB gzipped to each bundle.) */
const anyText = z.pipe(
  z.unknown(),
  z.transform((value) => (typeof value === 'string' ? value : '')),
);
const errorBody = z.object({ errors: arrayOf(z.object({ code: anyText, message: anyText })) });
type HarborError = z.infer<typeof errorBody>['errors'][number];

/** The facts about the client that received the answer. */
interface Client {
  /** Base URL of Harbor, to recognise a redirect from http to https. */
  readonly base: string;
  /** No user name is configured. */
  readonly anonymous: boolean;
  readonly settings: SettingNames;
}

interface Meaning {
  readonly code: ProblemCode;
  readonly what: string;
  readonly facts?: Partial<FailureFacts>;
  readonly headers?: Readonly<Record<string, string>>;
}

const MESSAGE_CHARACTERS = 200;
const NOT_FOUND = /^(?:(path) .* was|(artifact|repository|project|tag) .*) not found$/s;

/** Turns an answer other than success into a problem. */
export function refusalProblem(call: CallName, answer: Refusal, client: Client): HarborProblem {
  const errors = harborErrors(answer);
  const meaning =
    redirectMeaning(answer, client) ??
    (errors.length > 0
      ? problemFromHarbor(call, answer, errors, client)
      : strangersMeaning(answer, client));
  // Harbor's codes are never empty. A gateway's error body may have numbers, or none.
  const codes = errors.map(({ code }) => code).filter((code) => code !== '');
  const facts = { status: answer.status, codes, ...meaning.facts };
  return new HarborProblem(call, meaning.code, meaning.what, {
    facts,
    ...(meaning.headers === undefined ? {} : { headers: meaning.headers }),
  });
}

/** Harbor answered with its own error body. */
function problemFromHarbor(
  call: CallName,
  { status, headers }: Refusal,
  errors: readonly HarborError[],
  client: Client,
): Meaning {
  const said = errors.map(({ code, message }) => `${code}: ${message}`).join('; ');
  const answered = `Harbor answered ${status}, ${printable(said, MESSAGE_CHARACTERS)}`;
  const has = (code: string) => errors.some((error) => error.code === code);
  if (status === 403 && has('DENIED')) {
    return {
      code: 'harbor_read_only',
      what: `Ask Harbor's administrator to end read-only mode, then try again. ${answered}.`,
    };
  }
  if (status === 404) return notFoundMeaning(answered, errors, client);
  if (status === 412 && call.method === 'DELETE') {
    if (has('PRECONDITION')) {
      return {
        code: 'artifact_immutable',
        what: `Change the project's tag immutability rule first. ${answered}.`,
      };
    }
    if (has('VIOLATE_FOREIGN_KEY_CONSTRAINT')) {
      return {
        code: 'artifact_referenced',
        what: `Delete the index first, because it refers to the artifact. ${answered}.`,
      };
    }
  }
  if (status >= 500) {
    return {
      code: 'harbor_error',
      what: `Check Harbor's database and the log of harbor-core, then try again. ${answered}.`,
      facts: { isOutage: status >= 502 && status <= 504 },
    };
  }
  return (
    accessMeaning(status, answered, client) ??
    overloadMeaning(status, answered, headers) ?? {
      code: 'harbor_bad_response',
      what: `Check the log of harbor-core. ${answered}, which this service does not expect.`,
    }
  );
}

/** The meaning of an answer without Harbor's error body: from a proxy or the portal, or without a body. */
function strangersMeaning({ status, headers }: Refusal, client: Client): Meaning {
  const type = headers.get('content-type');
  const answered = `${status} with ${type === null ? 'no content' : printable(type)} came back`;
  if (status === 504) {
    return {
      code: 'harbor_timeout',
      what: `Check the load of Harbor and of its database. ${answered}: the proxy in front of Harbor timed out.`,
      facts: { slow: true, isOutage: true },
    };
  }
  if (status === 502 || status === 503) {
    return {
      code: 'harbor_unreachable',
      what: `Check whether harbor-core is running. ${answered}: the proxy in front of Harbor cannot reach it.`,
      facts: { isOutage: true },
    };
  }
  if (status >= 500) {
    return { code: 'harbor_error', what: `Check the logs of Harbor and its proxy. ${answered}.` };
  }
  // Answers to HEAD have no body, so an empty 401 or 403 counts as Harbor's.
  const html = type?.includes('html') ?? false;
  const access =
    html && status === 403 ? null : accessMeaning(status, `Harbor answered ${status}`, client);
  return (
    access ??
    overloadMeaning(status, answered, headers) ?? {
      code: 'harbor_bad_response',
      what:
        `Check ${client.settings.host} (host, port and path) and any proxy in between. ` +
        `${answered}, which is not an answer of Harbor's API.`,
      facts: { missing: status === 404 ? 'path' : null },
    }
  );
}

function accessMeaning(
  status: number,
  answered: string,
  { anonymous, settings }: Client,
): Meaning | null {
  if (status === 401) {
    const login = `${settings.username} and ${settings.password}`;
    const advice = anonymous ? `This needs a login: set ${login}.` : `Check ${login}.`;
    return { code: 'harbor_unauthorized', what: `${advice} ${answered}.` };
  }
  if (status !== 403) return null;
  return {
    code: 'harbor_forbidden',
    what:
      'Check the rights of the account and the name of the project. ' +
      `${answered}, which does not distinguish the two.`,
  };
}

function overloadMeaning(status: number, answered: string, headers: Headers): Meaning | null {
  if (status !== 429) return null;
  const asked = headers.get('retry-after') ?? '';
  const retryAfter = /^[0-9]{1,5}$/.test(asked) || isHttpDate(asked) ? asked : '5';
  return {
    code: 'harbor_overloaded',
    what: `Wait for the time in Retry-After. ${answered}: Harbor, or a proxy in front of it, limits the rate of requests.`,
    headers: { 'Retry-After': retryAfter },
  };
}

/** "path … was not found" means a wrong base path or encoding. All other messages are about a name. */
function notFoundMeaning(
  answered: string,
  errors: readonly HarborError[],
  { settings }: Client,
): Meaning {
  const match = errors.map(({ message }) => NOT_FOUND.exec(message)).find((found) => found);
  const missing = missingOf(match?.[1] ?? match?.[2]);
  if (missing === 'path') {
    return {
      code: 'harbor_bad_response',
      what: `Check the path in ${settings.host}. ${answered}: this Harbor does not have that route.`,
      facts: { missing },
    };
  }
  return { code: 'harbor_not_found', what: `Check the name. ${answered}.`, facts: { missing } };
}

function redirectMeaning({ status, headers }: Refusal, { base, settings }: Client): Meaning | null {
  // Some runtimes hide a redirect behind status 0, as the fetch of browsers does.
  if (status !== 0 && (status < 300 || status > 399)) return null;
  const code = 'harbor_bad_response';
  const location = headers.get('location');
  if (location === null || !URL.canParse(location, base)) {
    const what = `Set ${settings.host} to the address of Harbor itself. The answer was a redirect (${status}), which is not followed.`;
    return { code, what };
  }
  const from = new URL(base);
  const to = new URL(location, base);
  const where = `${to.protocol}//${to.host}`;
  const advice =
    from.protocol === 'http:' && to.protocol === 'https:'
      ? `Set ${settings.host} to ${where}: the credentials were just sent unencrypted.`
      : `Set ${settings.host} to the address of Harbor itself.`;
  return {
    code,
    what: `${advice} The answer was a redirect (${status}) to ${where}, which is not followed.`,
  };
}

function harborErrors({ headers, text }: Refusal): readonly HarborError[] {
  if (text === null || !(headers.get('content-type') ?? '').includes('json')) return [];
  return errorBody.safeParse(parseJson(text)).data?.errors ?? [];
}

function missingOf(word: string | undefined): Missing | null {
  const words: readonly Missing[] = ['path', 'artifact', 'repository', 'project', 'tag'];
  return words.find((known) => known === word) ?? null;
}

function isHttpDate(text: string): boolean {
  return /^[A-Za-z]{3}, [0-9]{2} [A-Za-z]{3} [0-9]{4} [0-9:]{8} GMT$/.test(text);
}
