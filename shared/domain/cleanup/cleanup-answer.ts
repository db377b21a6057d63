/** The answer of POST /harbor/cleanup, for a plan and for what was done. */
import * as z from 'zod/mini';
import { nodesMembers } from '../nodes/nodes-answer.ts';

/** Why an artifact is kept. */
export const KEPT_REASONS = [
  'in_use',
  'present',
  'immutable',
  'referenced',
  'other_tags',
  'newest',
  'too_new',
  'tagged',
  'untagged',
  'limit',
] as const;
export type KeptReason = (typeof KEPT_REASONS)[number];

const artifact = {
  project: z.string(),
  repository: z.string(),
  digest: z.string(),
  tags: z.readonly(z.array(z.string())),
  size_bytes: z.number(),
  push_time: z.nullable(z.string()),
  pull_time: z.nullable(z.string()),
  /** Since it was pushed or pulled last; null if the time of the push is unknown. */
  age_seconds: z.nullable(z.number()),
} as const;

export const candidateSchema = z.object({
  ...artifact,
  /** The rules that chose it: `tags`, `keep_newest`, `older_than`, `untagged`. */
  rules: z.readonly(z.array(z.string())),
});
export type Candidate = z.infer<typeof candidateSchema>;

export const keptSchema = z.object({
  ...artifact,
  reason: z.enum(KEPT_REASONS),
  detail: z.string(),
});
export type Kept = z.infer<typeof keptSchema>;

/** The outcome of a candidate. */
export const cleanedSchema = z.object({
  ...artifact,
  outcome: z.enum(['deleted', 'kept', 'failed']),
  /** The code and detail of the problem, for `kept` and `failed`. */
  code: z.nullable(z.string()),
  detail: z.nullable(z.string()),
});
export type Cleaned = z.infer<typeof cleanedSchema>;

/** How far an applied plan has come. */
const progress = {
  deleted: z.number(),
  deleted_bytes: z.number(),
  /** Candidates that were not deleted, because a guard or Harbor's rules prevent it now. */
  kept_now: z.number(),
  failed: z.number(),
} as const;

export const cleanupAnswerSchema = z.object({
  ...nodesMembers,
  /** True if it was applied; false: a plan. */
  applied: z.boolean(),
  /** True if Harbor has shown its rules of immutable tags; false: the account may not ask, and what Harbor marks counts. */
  rules_proven: z.boolean(),
  /** Name of the policy in the configuration; null if the request has its own. */
  policy: z.nullable(z.string()),
  candidates: z.readonly(z.array(candidateSchema)),
  /** Sum over the candidates, as Harbor counts them; blobs may be shared. */
  size_bytes: z.number(),
  /** Number of kept artifacts by reason. */
  kept_counts: z.record(z.string(), z.number()),
  /** With `verbose`: the kept artifacts; otherwise empty. */
  kept: z.readonly(z.array(keptSchema)),
  /** The outcome of each candidate of an applied plan; empty if the plan is not applied. */
  results: z.readonly(z.array(cleanedSchema)),
  ...progress,
  /** Why it ended before the last candidate; null if it did not. */
  stopped: z.nullable(z.object({ code: z.string(), detail: z.string() })),
  request_id: z.string(),
});
export type CleanupAnswer = z.infer<typeof cleanupAnswerSchema>;

/** The events of a cleanup as `text/event-stream`, with their data. */
export const cleanupEventSchemas = {
  planned: z.object({
    /** True if the candidates are deleted now. */
    applied: z.boolean(),
    policy: z.nullable(z.string()),
    /** The plan's ETag. */
    etag: z.string(),
    candidates: z.number(),
    size_bytes: z.number(),
    kept_counts: z.record(z.string(), z.number()),
    request_id: z.string(),
  }),
  deleted: z.extend(cleanedSchema, progress),
  kept: z.extend(cleanedSchema, progress),
  failed: z.extend(cleanedSchema, progress),
  done: z.object({
    ...progress,
    stopped: cleanupAnswerSchema.shape.stopped,
    request_id: z.string(),
  }),
} as const;
export type CleanupEvents = {
  readonly [Name in keyof typeof cleanupEventSchemas]: z.infer<(typeof cleanupEventSchemas)[Name]>;
};
