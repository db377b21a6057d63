/** The name of a node in a path. */
import * as z from 'zod/mini';

/** A host name, or the address of a bridge whose name is not known. */
const NODE = /^[A-Za-z0-9[](?:[A-Za-z0-9._:[\]/-]{0,251})$/;

const EXPECTED = 'expected the name of a node';

/** `/nodes/{node}/images` */
export const nodePath = z.object({
  node: z.string(EXPECTED).check(z.regex(NODE, EXPECTED)),
});
