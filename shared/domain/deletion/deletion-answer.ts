/** The answer of DELETE /harbor/artifacts/{project}/{repository}/{reference}, for a plan and for a deletion. */

import * as z from 'zod/mini';
import { BLOCKER_CODES } from '../../values/blocker-codes.ts';
import { useSchema } from '../images/use.ts';
import { nodesMembers } from '../nodes/nodes-answer.ts';

/** Tells whether the host uses the artifact. `present`: it has the image but does not use it. */
const usageSchema = z.enum(['in_use', 'present', 'absent', 'unknown', 'not_checked']);
export type Usage = z.infer<typeof usageSchema>;

/** A reason why a deletion is refused. */
export const blockerSchema = z.object({
  code: z.enum(BLOCKER_CODES),
  detail: z.string(),
});
export type Blocker = z.infer<typeof blockerSchema>;

export const deletionAnswerSchema = z.object({
  dry_run: z.boolean(),
  deleted: z.boolean(),
  project: z.string(),
  repository: z.string(),
  reference: z.string(),
  digest: z.string(),
  tags: z.readonly(z.array(z.string())),
  children: z.readonly(z.array(z.string())),
  accessories: z.readonly(z.array(z.string())),
  size_bytes: z.nullable(z.number()),
  usage: usageSchema,
  blockers: z.readonly(z.array(blockerSchema)),
  request_id: z.string(),
});
export type DeletionAnswer = z.infer<typeof deletionAnswerSchema>;

/** The members of a plan in addition to those of a deletion's answer. */
const planMembers = {
  ...nodesMembers,
  /** The indexes that refer to it: Harbor refuses the deletion while there is one. */
  indexes: z.readonly(z.array(z.string())),
  /** Null: Harbor cannot read its rules. */
  immutable_tags: z.nullable(z.readonly(z.array(z.string()))),
  /** True if the rules could be read; false: the account may not ask, or Harbor cannot read them. */
  rules_proven: z.boolean(),
  /** Null: Harbor does not say. */
  read_only: z.nullable(z.boolean()),
  /** The containers, and images without one, that use it on the nodes. */
  uses: z.readonly(z.array(useSchema)),
  /** Names of the nodes that have it without a container that uses it. */
  present_on: z.readonly(z.array(z.string())),
  /** `project/repository` of the others that have the same digest, and keep it. Null: Harbor cannot say. */
  other_repositories: z.nullable(z.readonly(z.array(z.string()))),
} as const;

/** The answer of a dry run. */
export const dryRunAnswerSchema = z.extend(deletionAnswerSchema, planMembers);
export type DryRunAnswer = z.infer<typeof dryRunAnswerSchema>;

/** The answer of GET …/deletion-plan. */
export const deletionPlanAnswerSchema = z.omit(dryRunAnswerSchema, {
  dry_run: true,
  deleted: true,
});
export type DeletionPlanAnswer = z.infer<typeof deletionPlanAnswerSchema>;
