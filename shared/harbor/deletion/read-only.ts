/** Harbor's read-only mode, in which it refuses every deletion. */
import * as z from 'zod/mini';
import { Problem } from '../../problem.ts';
import { harborPaths } from '../http/url.ts';
import { readBody } from '../http/wire.ts';
import type { HarborSession } from '../session.ts';

// Only who is logged in gets the field.
const systemInfo = z.object({ read_only: z.nullish(z.boolean()) });

/** Whether Harbor says that it is in read-only mode. False also when it does not say. */
export async function isReadOnly({ urgent: caller, signal }: HarborSession): Promise<boolean> {
  const call = { method: 'GET', path: harborPaths.systemInfo() } as const;
  try {
    const { body } = await caller.call({ ...call, retry: 'never', signal: signal() });
    return readBody(systemInfo, call, body).read_only ?? false;
  } catch (err) {
    if (err instanceof Problem) return false; // a forecast: Harbor itself refuses in any case
    throw err;
  }
}
