/** Harbor's read-only mode, in which it refuses every deletion. */
import * as z from 'zod/mini';
import { Problem } from '../../../values/problem.ts';
import type { HarborSession } from '../http/session.ts';
import { harborPaths } from '../http/url.ts';
import { readBody } from '../http/wire.ts';

// Only callers with a login get the field.
const systemInfo = z.object({ read_only: z.nullish(z.boolean()) });

/** Tells whether Harbor reports that it is in read-only mode; null if it does not report it. */
export async function isReadOnly({
  urgent: caller,
  signal,
}: HarborSession): Promise<boolean | null> {
  const call = { method: 'GET', path: harborPaths.systemInfo() } as const;
  try {
    const { body } = await caller.call({ ...call, retry: 'never', signal: signal() });
    return readBody(systemInfo, call, body).read_only ?? null;
  } catch (err) {
    if (err instanceof Problem) return null; // only a forecast, because Harbor itself refuses the deletion
    throw err;
  }
}
