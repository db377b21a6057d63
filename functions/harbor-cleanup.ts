/**
 * POST /harbor/cleanup: plans which artifacts a policy would delete, and deletes them with the plan's ETag.
 * Upstreams: Harbor and the bridges.
 */

import { bodyLimit } from 'hono/body-limit';
import * as z from 'zod/mini';
import { cleanupAnswer, cleanupEvents } from '../shared/domain/cleanup/answer-cleanup.ts';
import { applyPlan } from '../shared/domain/cleanup/apply-cleanup.ts';
import { makePlan, requirePlanned } from '../shared/domain/cleanup/cleanup-planning.ts';
import { requiredCleanupTag } from '../shared/domain/cleanup/cleanup-tag.ts';
import { edge } from '../shared/edge/edge.ts';
import { edgeNodes } from '../shared/edge/edge-nodes.ts';
import { edgeCleanups } from '../shared/edge/edge-registry.ts';
import { may } from '../shared/http/access.ts';
import {
  cleanupBody,
  MAX_BODY_BYTES,
  readCleanupRequest,
  rightToCleanUp,
} from '../shared/http/cleanup-request.ts';
import { defer } from '../shared/http/defer.ts';
import { acceptsEvents, eventStream } from '../shared/http/event-stream.ts';
import { createFunction } from '../shared/http/function.ts';
import { ANY_JSON, input, payloadTooLarge } from '../shared/http/input.ts';
import { answerDocument } from '../shared/http/lists/answer-document.ts';
import { requestOf } from '../shared/http/request-context.ts';

export const harborCleanup = createFunction().post(
  '/harbor/cleanup',
  may(rightToCleanUp, { atLeast: 'read' }),
  bodyLimit({ maxSize: MAX_BODY_BYTES, onError: payloadTooLarge(MAX_BODY_BYTES) }),
  input({
    // Strict, so that the `dry_run=true` of a DELETE is refused instead of ignored.
    query: z.strictObject({ verbose: z.optional(z.union([z.boolean(), z.string()])) }),
    header: z.object({
      'if-match': z.optional(z.string()),
      'cache-control': z.optional(z.string()),
    }),
    body: {
      types: ['application/json', ANY_JSON],
      documentedAs: cleanupBody,
      required: true,
      read: readCleanupRequest,
    },
  }),
  async (c) => {
    const { policy, apply, reason } = c.req.valid('json');
    const headers = c.req.valid('header');
    const { verbose = 'false' } = c.req.valid('query');
    const log = c.get('log');
    Object.assign(log.fields, { policy: policy.name ?? policy.source, apply, reason });
    if (apply) log.level = 'WARNING';

    const { signal } = c.req.raw;
    const { planInTurn } = c.get('services').largeAnswers;
    const plan = async () => {
      const made = await makePlan(c.get('services'), requestOf(c), { policy, apply });
      log.fields['candidates'] = made.candidates.length;
      return made;
    };
    if (!apply && !acceptsEvents(c)) {
      // A plan may name every artifact, so its turn ends when it is encoded.
      return planInTurn(async () => {
        const made = await plan();
        const asked = { made, applied: null, verbose: verbose !== 'false' };
        const headers = { ETag: `"${made.tag}"` };
        return answerDocument(c, cleanupAnswer(requestOf(c), asked), { headers });
      }, signal);
    }
    const required = apply ? requiredCleanupTag(headers['if-match']) : null;
    const made = await planInTurn(plan, signal);
    if (required !== null) requirePlanned(c.get('services'), { tag: required, made });
    const applying = { made, reason, hasLeft: () => signal.aborted };
    if (acceptsEvents(c))
      return eventStream(c, (client) =>
        cleanupEvents(c.get('services'), requestOf(c), { ...applying, apply, client }),
      );
    const running = applyPlan(c.get('services'), requestOf(c), applying);
    // On workerd, what is under way would otherwise end when the client leaves.
    defer(c, running);
    const applied = await running;
    return answerDocument(
      c,
      cleanupAnswer(requestOf(c), { made, applied, verbose: verbose !== 'false' }),
    );
  },
);

export default edge(harborCleanup, {
  registry: edgeCleanups,
  nodes: edgeNodes,
});
