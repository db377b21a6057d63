/**
 * POST /harbor/cleanup: plans which artifacts a policy would delete, and deletes them with the plan's ETag.
 * Upstreams: Harbor and the bridges.
 */
import { bodyLimit } from 'hono/body-limit';
import * as z from 'zod/mini';
import { policySchema } from '../shared/cleanup/policy.ts';
import { edge } from '../shared/edge/edge.ts';
import { edgeHarbor } from '../shared/edge/edge-harbor.ts';
import { edgeNodes } from '../shared/edge/edge-nodes.ts';
import { may } from '../shared/http/access.ts';
import { createFunction } from '../shared/http/function.ts';
import { ANY_JSON, input, payloadTooLarge } from '../shared/http/input.ts';

const MAX_BODY_BYTES = 64 * 1024;

const bodySchema = z.strictObject({
  /** The name of a policy in the configuration, or a policy. */
  policy: z.union([z.string(), policySchema]),
  apply: z.optional(z.boolean()),
  reason: z.optional(z.string().check(z.minLength(1), z.maxLength(500))),
});

export const harborCleanup = createFunction().post(
  '/harbor/cleanup',
  may('write'),
  bodyLimit({ maxSize: MAX_BODY_BYTES, onError: payloadTooLarge(MAX_BODY_BYTES) }),
  input({
    query: z.object({ verbose: z.optional(z.union([z.boolean(), z.string()])) }),
    header: z.object({ 'if-match': z.optional(z.string()) }),
    body: {
      types: ['application/json', ANY_JSON],
      documentedAs: bodySchema,
      required: true,
      read: (_c, body) => bodySchema.parse(body),
    },
  }),
  async (): Promise<Response> => {
    throw new Error('not yet');
  },
);

export default edge(harborCleanup, { harbor: edgeHarbor, nodes: edgeNodes });
