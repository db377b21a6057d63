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
      what: `${answered}. Ask its administrator to end read-only mode, then try again.`,
    };
  }
  if (status === 404) return notFoundMeaning(answered, errors, client);
  if (status === 412 && call.method === 'DELETE') {
    if (has('PRECONDITION')) {
      return {
        code: 'artifact_immutable',
        what: `${answered}. Change the project's tag immutability rule first.`,
      };
    }
    if (has('VIOLATE_FOREIGN_KEY_CONSTRAINT')) {
      return {
        code: 'artifact_referenced',
        what: `${answered}. An index refers to the artifact. Delete the index first.`,
      };
    }
  }
  if (status >= 500) {
    return {
      code: 'harbor_error',
      what: `${answered}. Its database may be down. Check the log of harbor-core.`,
      facts: { isOutage: status >= 502 && status <= 504 },
    };
  }
  return (
    accessMeaning(status, answered, client) ??
    overloadMeaning(status, answered, headers) ?? {
      code: 'harbor_bad_response',
      what: `${answered}, which this service does not expect.`,
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
      what: `${answered}: the proxy in front of Harbor timed out.`,
      facts: { slow: true, isOutage: true },
    };
  }
  if (status === 502 || status === 503) {
    return {
      code: 'harbor_unreachable',
      what: `${answered}: the proxy in front of Harbor cannot reach it. Check whether harbor-core is running.`,
      facts: { isOutage: true },
    };
  }
  if (status >= 500) {
    return { code: 'harbor_error', what: `${answered}. Check the logs of Harbor and its proxy.` };
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
        `${answered}, which is not an answer of Harbor's API. Check ${client.settings.host} ` +
        '(host, port and path) and any proxy in between.',
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
    return { code: 'harbor_unauthorized', what: `${answered}. ${advice}` };
  }
  if (status !== 403) return null;
  return {
    code: 'harbor_forbidden',
    what:
      `${answered}. The account lacks the right, or the project does not exist: ` +
      'Harbor does not distinguish the two.',
  };
}

function overloadMeaning(status: number, answered: string, headers: Headers): Meaning | null {
  if (status !== 429) return null;
  const asked = headers.get('retry-after') ?? '';
  const retryAfter = /^[0-9]{1,5}$/.test(asked) || isHttpDate(asked) ? asked : '5';
  return {
    code: 'harbor_overloaded',
    what: `${answered}. Harbor, or a proxy in front of it, limits the rate of requests. Wait for the time in Retry-After.`,
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
      what: `${answered}. This Harbor does not have that route. Check the path in ${settings.host}.`,
      facts: { missing },
    };
  }
  return { code: 'harbor_not_found', what: `${answered}.`, facts: { missing } };
}

function redirectMeaning({ status, headers }: Refusal, { base, settings }: Client): Meaning | null {
  // Some runtimes hide a redirect behind status 0, as the fetch of browsers does.
  if (status !== 0 && (status < 300 || status > 399)) return null;
  const code = 'harbor_bad_response';
  const location = headers.get('location');
  if (location === null || !URL.canParse(location, base)) {
    return { code, what: `the answer was a redirect (${status}), which is not followed.` };
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
    what: `the answer was a redirect (${status}) to ${where}, which is not followed. ${advice}`,
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
