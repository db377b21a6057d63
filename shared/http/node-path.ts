/** The name of a node in a path. */
import * as z from 'zod/mini';

/** A host name, or the address of a bridge whose name is not known: `10.0.0.1:5001`, `https://proxy/~nodes/node-1`. */
const NODE = /^[A-Za-z0-9[][!-~]{0,511}$/;

const EXPECTED = 'expected the name of a node';

/** `/nodes/{node}/images` */
export const nodePath = z.object({
  node: z.string(EXPECTED).check(z.regex(NODE, EXPECTED)),
});
