/** Harbor's core behind its nginx: the regular answer to a call, with the headers that both add. */
import { randomUUID } from 'node:crypto';
import type { Login } from './access.ts';
import { type Answer, apiError, INTERNAL_ERROR, nginxError } from './answer.ts';
import { answerApi } from './api.ts';
import type { Deletion } from './deletions.ts';
import type { FailingSubQueries, FaultAnswer, RecordedCall, SubQuery } from './faults.ts';
import type { Logins } from './logins.ts';
import { closesAfter, route } from './nginx.ts';
import { failsLogins, type Outage, REDIS_DOWN } from './outage.ts';
import type { Personality } from './personality.ts';
import type { Registry } from './registry.ts';
import { secured, sessionHeaders, withHeaders } from './session.ts';

/** The state of Harbor when a call reaches it. */
export interface Core {
  readonly registry: Registry;
  readonly personality: Personality;
  readonly logins: Logins;
  readonly outage: Outage | null;
  readonly record: (deletion: Deletion, caller: Login) => void;
}

/** Answers a call. Uses only the parts of the fault that act inside Harbor. */
export async function work(
  call: RecordedCall & { readonly body: string },
  core: Core,
  fault: FaultAnswer,
): Promise<Answer> {
  const routed = route(call.method, call.path);
  if (routed.answer !== undefined) {
    const { answer } = routed;
    return closesAfter(answer) ? withHeaders(answer, { Connection: 'close' }) : secured(answer);
  }
  if (core.outage === 'core') return nginxError(502);
  if (routed.query.includes(';')) {
    return apiError(400, 'BAD_REQUEST', 'invalid semicolon separator in query');
  }
  const id = { 'X-Request-Id': call.headers['x-request-id'] ?? randomUUID() };
  if (core.outage === 'redis' && core.personality.needsRedis) return withHeaders(REDIS_DOWN, id);
  const early = beforeSession(call, core);
  if (early !== null) return withHeaders(early, id);

  const unsafe = call.method !== 'GET' && call.method !== 'HEAD';
  const session = sessionHeaders(call.headers['cookie']);
  if (unsafe && session.isOld) {
    const refusal = apiError(403, 'FORBIDDEN', core.personality.csrfMessage);
    return withHeaders(refusal, { ...session.headers, ...id });
  }
  const caller = fault.anonymous ? null : await identify(call, core);
  const header = (name: string) => call.headers[name];
  const record = (deletion: Deletion) => core.record(deletion, caller);
  const fails = failing(fault.failSubQueries);
  const answer = answerApi({ ...call, ...routed, header, caller }, { ...core, fails, record });
  const vary = session.isOld ? { Vary: 'Cookie' } : {};
  return secured(withHeaders(answer, { ...session.headers, ...vary, ...id }));
}

/** Harbor reads the read-only mode from its database before it creates a session. */
function beforeSession(call: RecordedCall, core: Core): Answer | null {
  if (call.method === 'GET' || call.method === 'HEAD') return null;
  if (core.outage === 'database') return INTERNAL_ERROR;
  if (!core.registry.readOnly) return null;
  const message = 'The system is in read only mode. Any modification is prohibited.';
  return apiError(403, 'DENIED', message);
}

/** A login that fails because of the database is not a wrong password, and locks nothing. */
async function identify(call: RecordedCall, core: Core): Promise<Login> {
  if (failsLogins(core.outage)) return null;
  return core.logins.identify(call.headers['authorization']);
}

function failing(asked: FailingSubQueries | undefined): (query: SubQuery, row: number) => boolean {
  if (asked === undefined) return () => false;
  const { of, rows } = asked;
  return (query, row) => (of?.includes(query) ?? true) && (rows?.(row) ?? true);
}
