/** The journal of deletions: its lines, and the rows of GET /journal. */
import * as z from 'zod/mini';

const names = z.readonly(z.array(z.string()));

/** The outcome of a deletion. `unknown`: the process ended, or Harbor did not answer, and it is not settled yet. */
export const JOURNAL_OUTCOMES = ['deleted', 'not_deleted', 'unknown'] as const;
export type JournalOutcome = (typeof JOURNAL_OUTCOMES)[number];

/** The members that both lines of a deletion have in common. */
const common = {
  /** RFC 3339. */
  time: z.string(),
  /** Joins the two lines. */
  id: z.string(),
  request_id: z.string(),
  peer: z.nullable(z.string()),
  /** Name of the token, `local` or `webhook`; null if deletes need no token. */
  actor: z.nullable(z.string()),
  /** Host of the Harbor: it may be another one when the deletion is settled. */
  registry: z.nullable(z.string()),
  project: z.string(),
  repository: z.string(),
  reference: z.string(),
  digest: z.string(),
  /** The tags that the deletion removes. */
  tags: names,
  /** The children of an index, and the accessories, that are deleted with it. Lines of earlier versions have neither. */
  children: z.optional(names),
  accessories: z.optional(names),
  /** The size of the artifact; null if only a tag is removed. */
  size_bytes: z.nullable(z.number()),
  /** When the registry got what is deleted; null if only a tag is removed, if unknown, and in older lines. */
  push_time: z._default(z.nullable(z.string()), null),
  reason: z.nullable(z.string()),
  force: z.boolean(),
  /** True if only a tag is removed. */
  tag_only: z.boolean(),
  /** The blockers that `force` overrode. */
  guards: names,
  /** The nodes that were asked. */
  nodes: names,
} as const;

export const journalLineSchema = z.discriminatedUnion('event', [
  z.object({ ...common, event: z.literal('intent') }),
  z.object({ ...common, event: z.literal('outcome'), outcome: z.enum(JOURNAL_OUTCOMES) }),
]);
export type JournalLine = z.infer<typeof journalLineSchema>;

/** A row of GET /journal: one deletion. */
export const journalRowSchema = z.object({
  ...common,
  outcome: z.enum(JOURNAL_OUTCOMES),
  /** When the outcome was written; null if it was not. */
  settled_at: z.nullable(z.string()),
});
export type JournalRow = z.infer<typeof journalRowSchema>;

/** A deletion that begins: the members of its lines that the caller knows. */
export type JournalIntent = Omit<JournalRow, 'time' | 'id' | 'outcome' | 'settled_at'>;
