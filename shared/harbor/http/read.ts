/** Reads a body of Harbor's by its schema. */
import type * as z from 'zod/mini';
import { type CallName, HarborProblem } from './failure.ts';

/** @throws Problem harbor_bad_response that names the first member that does not fit */
export function readBody<T extends z.ZodMiniType>(
  schema: T,
  call: CallName,
  body: unknown,
): z.output<T> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? 'it' : issue.path.join('.');
  throw new HarborProblem(
    call,
    'harbor_bad_response',
    `Harbor answered JSON of an unexpected shape (${where}: ${issue?.message ?? 'not valid'}).`,
    { facts: { status: 200 } },
  );
}
