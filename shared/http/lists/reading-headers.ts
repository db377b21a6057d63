/** The headers of answers that are made from readings of hosts. */
import * as z from 'zod/mini';
import { listHeaders } from './list-answer.ts';

/** Header that asks for a reading that begins now, for `input`; `requestOf` reads it. */
export const hostHeaders = z.object({ 'cache-control': z.optional(z.string()) });

/** The headers of lists that are made from a reading. */
export const readingListHeaders = z.extend(listHeaders, hostHeaders.shape);
