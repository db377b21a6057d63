/** The reason of a deletion, as callers give it and the journal keeps it. */
import * as z from 'zod/mini';

const REASON = 'expected 1 to 500 characters without control characters';

export const reason = z.string(REASON).check(z.regex(/^\P{Cc}{1,500}$/u, REASON));
