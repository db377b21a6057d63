/** The answer of GET /usage/{project}/{repository}/{reference}. */
import * as z from 'zod/mini';
import { useSchema } from '../images/use.ts';
import { nodesMembers } from '../nodes/nodes-answer.ts';

export const usageAnswerSchema = z.object({
  ...nodesMembers,
  project: z.string(),
  repository: z.string(),
  reference: z.string(),
  digest: z.string(),
  /** False: Harbor has no such artifact, and the nodes were asked for the digest alone. */
  in_registry: z.boolean(),
  uses: z.readonly(z.array(useSchema)),
});
