/** The request of POST /harbor/cleanup: its body, and the right that it needs. */
import * as z from 'zod/mini';
import { invalidRequest } from '../ports/invalid-request.ts';
import { isRecord } from '../values/is-record.ts';
import { BodyTooLarge, readLimitedText } from '../values/limited-body.ts';
import { parseJson } from '../values/parse-json.ts';
import { type CompiledPolicy, policySchema, readPolicy } from '../values/policy/policy.ts';
import { Problem } from '../values/problem.ts';
import { reason } from '../values/reason.ts';
import type { FunctionContext } from './function.ts';

export const MAX_BODY_BYTES = 64 * 1024;

export const cleanupBody = z.strictObject({
  /** The name of a policy in the configuration, or a policy. */
  policy: z.union([z.string(), policySchema]),
  apply: z.optional(z.boolean('expected true or false')),
  reason: z.optional(reason),
});

/** A valid request. */
export interface CleanupRequest {
  readonly policy: CompiledPolicy;
  readonly apply: boolean;
  readonly reason: string | null;
}

/**
 * The right that a request needs: to read for a plan, to write for everything else. Access is decided before
 * the body is validated, so this reads a copy of the body, with the same parser.
 * @throws Problem payload_too_large
 */
export async function rightToCleanUp(c: FunctionContext): Promise<'read' | 'write'> {
  const body = parseJson(await bodyText(c));
  // An invalid request is refused later, and deletes nothing.
  const asksForPlan = !isRecord(body) || body['apply'] === undefined || body['apply'] === false;
  return asksForPlan ? 'read' : 'write';
}

async function bodyText(c: FunctionContext): Promise<string> {
  try {
    return await readLimitedText(c.req.raw.clone(), MAX_BODY_BYTES);
  } catch (err) {
    if (!(err instanceof BodyTooLarge)) throw err;
    throw new Problem('payload_too_large', `The body may have at most ${MAX_BODY_BYTES} bytes.`);
  }
}

/** Reads the body. @throws Problem invalid_request; not_found if there is no policy of that name */
export function readCleanupRequest(c: FunctionContext, body: unknown): CleanupRequest {
  if (!isRecord(body)) throw invalidRequest([{ parameter: 'body', detail: 'expected an object' }]);
  const { policy: given, ...others } = body;
  const faults: { parameter: string; detail: string }[] = [];
  const result = OTHERS.safeParse(others);
  for (const issue of result.error?.issues ?? []) {
    if (issue.code !== 'unrecognized_keys') {
      faults.push({ parameter: String(issue.path[0] ?? 'body'), detail: issue.message });
      continue;
    }
    const detail = `unknown; the members are ${Object.keys(cleanupBody.shape).join(', ')}`;
    faults.push(...issue.keys.map((parameter) => ({ parameter, detail })));
  }
  const policy = typeof given === 'string' ? namedPolicy(c, given) : givenPolicy(given, faults);
  if (faults.length > 0 || policy === null || !result.success) throw invalidRequest(faults);
  const { apply = false, reason: why = policy.source.reason ?? null } = result.data;
  return { policy, apply, reason: why };
}

const OTHERS = z.omit(cleanupBody, { policy: true });

/** Adds what is wrong with it. */
function givenPolicy(
  given: unknown,
  faults: { parameter: string; detail: string }[],
): CompiledPolicy | null {
  if (given === undefined) {
    faults.push({ parameter: 'policy', detail: 'expected a policy, or the name of one' });
    return null;
  }
  const read = readPolicy(given);
  for (const { member, detail } of read.faults ?? []) {
    faults.push({ parameter: member === '' ? 'policy' : `policy.${member}`, detail });
  }
  return read.policy;
}

/** The policy of a name. @throws Problem not_found */
export function namedPolicy(c: FunctionContext, name: string): CompiledPolicy {
  const { policies } = c.get('services').configuration.cleanup_config;
  const policy = Object.hasOwn(policies, name) ? policies[name] : undefined;
  if (policy !== undefined) return policy;
  const names = Object.keys(policies).join(', ');
  throw new Problem(
    'not_found',
    names === ''
      ? 'There is no such policy: cleanup_config.policies has none.'
      : `There is no such policy. The policies of cleanup_config.policies are ${names}.`,
  );
}
