/** Converts schemas for OpenAPI. Each schema with a name becomes a component. */

import * as z from 'zod/mini';
import {
  candidateSchema,
  cleanedSchema,
  cleanupAnswerSchema,
  keptSchema,
} from '../../shared/domain/cleanup/cleanup-answer.ts';
import {
  compareAnswerSchema,
  comparedImageSchema,
  skewSchema,
} from '../../shared/domain/comparison/compare-answer.ts';
import {
  blockerSchema,
  deletionAnswerSchema,
  deletionPlanAnswerSchema,
  dryRunAnswerSchema,
} from '../../shared/domain/deletion/deletion-answer.ts';
import {
  driftAnswerSchema,
  driftRowSchema,
  nodeUseSchema,
} from '../../shared/domain/drift/drift-answer.ts';
import { containerUseSchema } from '../../shared/domain/images/container-use.ts';
import { useSchema } from '../../shared/domain/images/use.ts';
import { localImageSchema } from '../../shared/domain/local-images/local-image.ts';
import {
  nodeImageSchema,
  nodeImagesAnswerSchema,
  nodeRowSchema,
  nodesAnswerSchema,
} from '../../shared/domain/nodes/node-rows-answer.ts';
import { nodeStatusSchema } from '../../shared/domain/nodes/nodes-answer.ts';
import { checkSchema, readinessSchema } from '../../shared/domain/readiness/readiness-answer.ts';
import { imagesAnswerSchema } from '../../shared/domain/registry/images-answer.ts';
import {
  leftOutSchema,
  unusedAnswerSchema,
  unusedArtifactSchema,
} from '../../shared/domain/unused/unused-answer.ts';
import { usageAnswerSchema } from '../../shared/domain/usage/usage-answer.ts';
import { deliveryAnswerSchema } from '../../shared/domain/webhooks/delivery-answer.ts';
import { journalRowSchema } from '../../shared/ports/journal-record.ts';
import {
  artifactSchema,
  platformSchema,
  projectSchema,
  repositorySchema,
} from '../../shared/ports/registry-rows.ts';
import { duration } from '../../shared/values/duration.ts';
import { policySchema } from '../../shared/values/policy/policy.ts';
import { reason } from '../../shared/values/reason.ts';
import type { Json } from './components.ts';
import { problemSchema } from './problems.ts';

/** The document itself. */
export const openapiSchema = z.looseObject({ openapi: z.string() });

const { error, ...node } = nodeRowSchema.shape;
const images = imagesAnswerSchema.shape;

const NAMED = {
  LocalImage: localImageSchema,
  Project: projectSchema,
  Repository: repositorySchema,
  Artifact: artifactSchema,
  Platform: platformSchema,
  Deletion: deletionAnswerSchema,
  Blocker: blockerSchema,
  Images: imagesAnswerSchema,
  ContainerdImage: images.containerd_images.def.element,
  HarborImage: images.harbor_images.def.element,
  SourceError: images.errors.def.element,
  NodeReading: nodeStatusSchema,
  NodeError: error.def.innerType,
  Runtime: node.runtime.def.innerType,
  Node: nodeRowSchema,
  Nodes: nodesAnswerSchema,
  ContainerUse: containerUseSchema,
  NodeImage: nodeImageSchema,
  NodeImages: nodeImagesAnswerSchema,
  ComparedImage: comparedImageSchema,
  Skew: skewSchema,
  SkewVariant: skewSchema.shape.variants.def.innerType.def.element,
  Comparison: compareAnswerSchema,
  Use: useSchema,
  ArtifactUsage: usageAnswerSchema,
  DriftRow: driftRowSchema,
  NodeUse: nodeUseSchema,
  Drift: driftAnswerSchema,
  RegistryError: driftAnswerSchema.shape.errors.def.innerType.def.element,
  UnusedArtifact: unusedArtifactSchema,
  LeftOut: leftOutSchema,
  Unused: unusedAnswerSchema,
  DryRun: dryRunAnswerSchema,
  DeletionPlan: deletionPlanAnswerSchema,
  Policy: policySchema,
  Candidate: candidateSchema,
  Kept: keptSchema,
  Cleaned: cleanedSchema,
  Cleanup: cleanupAnswerSchema,
  CleanupStop: cleanupAnswerSchema.shape.stopped.def.innerType,
  JournalRow: journalRowSchema,
  Readiness: readinessSchema,
  Check: checkSchema,
  Delivery: deliveryAnswerSchema,
  OpenapiDocument: openapiSchema,
  Problem: problemSchema,
  ParameterError: problemSchema.shape.errors.def.innerType.def.element,
} as const;

/** The rules of a policy across its members (`readPolicy`). Generators of clients pass over `if`. */
const POLICY_RULES = {
  if: { required: ['untagged'], properties: { untagged: { const: 'only' } } },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: { not: { required: ['keep_newest'] } },
  else: {
    anyOf: [
      { required: ['tags'], properties: { tags: { minItems: 1 } } },
      { required: ['keep_newest'] },
      { required: ['older_than'] },
    ],
  },
} as const;

/** Converts schemas and collects the components that they refer to. */
export function schemaConverter(bodies: Readonly<Record<string, z.ZodMiniType>>) {
  const components: Record<string, unknown> = {};
  const metadata = z.registry<Readonly<Record<string, unknown>> & { id?: string }>();
  metadata.add(duration, { description: 'At most 100 years, in any of the units' });
  // The same as `\P{Cc}`, which the pattern languages of other tools do not have.
  metadata.add(reason, { pattern: '^[^\\u0000-\\u001f\\u007f-\\u009f]{1,500}$' });
  for (const [id, schema] of Object.entries({ ...NAMED, ...bodies })) metadata.add(schema, { id });
  metadata.add(policySchema, { id: 'Policy', ...POLICY_RULES });

  /** A schema with a name becomes a reference. */
  function convert(schema: z.ZodMiniType): Json {
    const made = JSON.stringify(z.toJSONSchema(schema, { metadata, io: 'input' }));
    const {
      $schema: _,
      $defs,
      ...rest
    } = JSON.parse(made.replaceAll('"#/$defs/', '"#/components/schemas/')) as {
      readonly $schema: string;
      readonly $defs?: Json;
    } & Json;
    Object.assign(components, $defs);
    return rest;
  }

  return { components, convert };
}
