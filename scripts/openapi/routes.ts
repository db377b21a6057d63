/** The OpenAPI document's texts about a route in addition to its declared input, above all its answers. */

import * as z from 'zod/mini';
import { INVOCABLE_FUNCTIONS } from '../../functions/webhook-invoke.ts';
import { cleanupAnswerSchema } from '../../shared/domain/cleanup/cleanup-answer.ts';
import { compareAnswerSchema } from '../../shared/domain/comparison/compare-answer.ts';
import {
  deletionAnswerSchema,
  deletionPlanAnswerSchema,
  dryRunAnswerSchema,
} from '../../shared/domain/deletion/deletion-answer.ts';
import { driftAnswerSchema } from '../../shared/domain/drift/drift-answer.ts';
import { localImageSchema } from '../../shared/domain/local-images/local-image.ts';
import {
  nodeImagesAnswerSchema,
  nodesAnswerSchema,
} from '../../shared/domain/nodes/node-rows-answer.ts';
import { readinessSchema } from '../../shared/domain/readiness/readiness-answer.ts';
import { imagesAnswerSchema } from '../../shared/domain/registry/images-answer.ts';
import { unusedAnswerSchema } from '../../shared/domain/unused/unused-answer.ts';
import { usageAnswerSchema } from '../../shared/domain/usage/usage-answer.ts';
import { deliveryAnswerSchema } from '../../shared/domain/webhooks/delivery-answer.ts';
import { journalRowSchema } from '../../shared/ports/journal-record.ts';
import {
  artifactSchema,
  projectSchema,
  repositorySchema,
} from '../../shared/ports/registry-rows.ts';
import type { ProblemCode } from '../../shared/values/problem.ts';
import { ANYWHERE, DELETION, HARBOR, HOST, LIST, NODE, USUAL, WEBHOOK } from './codes.ts';
import type { HeaderName, SECURITY_SCHEMES, TAGS } from './components.ts';
import type { RouteKey } from './declared.ts';
import * as examples from './examples.ts';
import { openapiSchema } from './schemas.ts';

/** A body of a media type. */
interface Content {
  readonly schema: z.ZodMiniType;
  readonly example?: unknown;
}
type Contents = Readonly<Record<string, Content>>;

export interface RouteTexts {
  /** The operation's name in generated clients. */
  readonly operationId: string;
  readonly tag: keyof typeof TAGS;
  readonly summary: string;
  /** By status, then media type, without problems. */
  readonly answers: Readonly<Partial<Record<200 | 202 | 503, Contents>>>;
  /** Headers of these answers in addition to those of every answer and of lists. */
  readonly answerHeaders?: readonly HeaderName[];
  readonly problems: readonly ProblemCode[];
  /** The name of the body's schema, and an example, if the route declares a body. */
  readonly body?: {
    readonly name: string;
    readonly example: unknown;
    /** The names of its alternatives, in their order, if it is a union. */
    readonly alternatives?: readonly string[];
  };
  /** If it is not a token. Empty: a scheme that OpenAPI cannot describe. */
  readonly security?: readonly { readonly [Name in keyof typeof SECURITY_SCHEMES]?: [] }[];
}

const json = (schema: z.ZodMiniType, example?: unknown): Contents => ({
  'application/json': { schema, ...(example !== undefined && { example }) },
});
const rows = (schema: z.ZodMiniType, row: unknown) => json(z.array(schema), [row]);
const text = (example: string): Contents => ({ 'text/plain': { schema: z.string(), example } });

const DIRECT: Readonly<
  Record<Exclude<RouteKey, 'GET /metrics' | `POST /webhooks${string}`>, RouteTexts>
> = {
  'GET /local-images': {
    operationId: 'listLocalImages',
    tag: 'host',
    summary: 'Images on this host, one row per tag, without the ignored ones',
    answers: { 200: rows(localImageSchema, examples.localImage) },
    answerHeaders: ['Age'],
    problems: [...USUAL, ...LIST, ...HOST],
  },
  'GET /harbor/projects': {
    operationId: 'listProjects',
    tag: 'harbor',
    summary: 'Projects that the Harbor account can see',
    answers: { 200: rows(projectSchema, examples.project) },
    problems: [...USUAL, ...LIST, ...HARBOR],
  },
  'GET /harbor/repositories/:project': {
    operationId: 'listRepositories',
    tag: 'harbor',
    summary: 'Repositories of a project',
    answers: { 200: rows(repositorySchema, examples.repository) },
    problems: [...USUAL, ...LIST, ...HARBOR],
  },
  'GET /harbor/artifacts/:project/:repository{.+}': {
    operationId: 'listArtifacts',
    tag: 'harbor',
    summary: 'Artifacts of a repository with their tags',
    answers: { 200: rows(artifactSchema, examples.artifact) },
    problems: [...USUAL, ...LIST, ...HARBOR],
  },
  'DELETE /harbor/artifacts/:project/:repository{.+}/:reference': {
    operationId: 'deleteArtifact',
    tag: 'harbor',
    summary: 'Deletes one artifact, or one of its tags with tag_only',
    answers: { 200: json(z.union([dryRunAnswerSchema, deletionAnswerSchema]), examples.deletion) },
    // The header of a dry run.
    answerHeaders: ['ETag'],
    problems: [...USUAL, 'invalid_request', ...HARBOR, ...DELETION],
  },
  'GET /images': {
    operationId: 'listImages',
    tag: 'images',
    summary: 'Images on this host and in Harbor, in the format of the old service',
    answers: { 200: json(imagesAnswerSchema, examples.images) },
    problems: [...USUAL, 'no_source'],
  },
  'GET /nodes': {
    operationId: 'listNodes',
    tag: 'nodes',
    summary: 'Every node with its figures',
    answers: { 200: json(nodesAnswerSchema, examples.nodes) },
    problems: [...USUAL, ...LIST, ...HOST],
  },
  'GET /nodes/:node/images': {
    operationId: 'listNodeImages',
    tag: 'nodes',
    summary: 'Images of one node, and what uses them, without the ignored ones',
    answers: { 200: json(nodeImagesAnswerSchema, examples.nodeImages) },
    problems: [...USUAL, ...LIST, ...HOST, ...NODE, 'not_found'],
  },
  'GET /compare': {
    operationId: 'compareNodes',
    tag: 'nodes',
    summary: 'Which images all nodes have, some lack, one has alone, or have under another digest',
    answers: { 200: json(compareAnswerSchema, examples.comparison) },
    problems: [...USUAL, ...LIST, ...HOST],
  },
  'GET /usage/:project/:repository{.+}/:reference': {
    operationId: 'getUsage',
    tag: 'nodes',
    summary: 'Who uses an artifact, on all nodes',
    answers: { 200: json(usageAnswerSchema, examples.usage) },
    problems: [...USUAL, ...LIST, ...HOST, ...HARBOR],
  },
  'GET /drift': {
    operationId: 'listDrift',
    tag: 'nodes',
    summary: 'Every image on any node, compared with the registry',
    answers: { 200: json(driftAnswerSchema, examples.drift) },
    problems: [...USUAL, ...LIST, ...HOST, ...HARBOR],
  },
  'GET /harbor/unused': {
    operationId: 'listUnused',
    tag: 'nodes',
    summary: 'Artifacts that no node holds, the largest first',
    answers: { 200: json(unusedAnswerSchema, examples.unused) },
    problems: [...USUAL, ...LIST, ...HOST, ...HARBOR, 'usage_unknown'],
  },
  'GET /harbor/artifacts/:project/:repository{.+}/:reference/deletion-plan': {
    operationId: 'getDeletionPlan',
    tag: 'harbor',
    summary: 'What a deletion would do, and what prevents it',
    answers: { 200: json(deletionPlanAnswerSchema, examples.deletionPlan) },
    answerHeaders: ['ETag'],
    problems: [...USUAL, 'invalid_request', ...HARBOR],
  },
  'POST /harbor/cleanup': {
    operationId: 'cleanUp',
    tag: 'harbor',
    summary:
      'Plans which artifacts a policy would delete, or deletes them with the ETag of the plan',
    body: { name: 'CleanupRequest', example: examples.cleanupRequest },
    answers: {
      200: {
        ...json(cleanupAnswerSchema, examples.cleanup),
        'text/event-stream': { schema: z.string(), example: examples.cleanupEvents },
      },
    },
    answerHeaders: ['ETag'],
    problems: [
      ...USUAL,
      'invalid_request',
      'payload_too_large',
      'unsupported_media_type',
      'not_found',
      'plan_required',
      ...HARBOR,
      ...DELETION,
    ],
  },
  'GET /journal': {
    operationId: 'listJournal',
    tag: 'harbor',
    summary: 'The deletions of this service, newest first',
    answers: { 200: rows(journalRowSchema, examples.journalRow) },
    problems: [...USUAL, ...LIST, 'journal_unavailable'],
  },
  'GET /livez': {
    operationId: 'getLiveness',
    tag: 'service',
    summary: 'Whether the process is alive',
    answers: { 200: text('ok\n') },
    problems: ANYWHERE,
  },
  'GET /readyz': {
    operationId: 'getReadiness',
    tag: 'service',
    summary:
      'Whether the host and Harbor can be read: one word, or JSON with the checks if `verbose` or `Accept` asks for it',
    answers: {
      200: { ...text('ok\n'), ...json(readinessSchema, examples.readiness('ok')) },
      503: { ...text('down\n'), ...json(readinessSchema, examples.readiness('down')) },
    },
    problems: [...USUAL, 'invalid_request'],
  },
  'GET /openapi.json': {
    operationId: 'getOpenapi',
    tag: 'service',
    summary: 'This document',
    answers: { 200: json(openapiSchema, { openapi: '3.1.0' }) },
    problems: USUAL,
  },
};

/** `harbor-projects` → `HarborProjectsInvocation`. */
function invocationName(name: string): string {
  return `${name.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase())}Invocation`;
}

/** The answers of all direct calls, which a webhook returns. */
function anyAnswer(): Contents {
  const schemas = Object.values(DIRECT).flatMap(
    ({ answers }) => answers[200]?.['application/json']?.schema ?? [],
  );
  return { ...json(z.union(schemas), examples.deletion), ...text('ok\n') };
}

/** A route without texts, or texts without a route, does not compile. */
export const ROUTES: Readonly<Record<RouteKey, RouteTexts>> = {
  ...DIRECT,
  'GET /metrics': {
    operationId: 'getMetrics',
    tag: 'service',
    summary: 'The metrics of this process, in the format that `Accept` asks for',
    answers: {
      200: {
        ...text('# HELP image_api_build_info The version of the service; the value is always 1.\n'),
        'application/openmetrics-text': { schema: z.string(), example: '# EOF\n' },
      },
    },
    problems: [...USUAL, 'unsupported_here'],
  },
  'POST /webhooks/harbor': {
    operationId: 'receiveHarborEvent',
    tag: 'webhooks',
    summary:
      "Receives Harbor's webhooks, in either payload format, and notifies of events that affect the host",
    body: {
      name: 'HarborEvent',
      example: examples.harborEvent,
      alternatives: ['HarborDefaultEvent', 'HarborCloudEvent'],
    },
    answers: { 202: json(deliveryAnswerSchema, examples.delivery) },
    problems: [...USUAL, ...WEBHOOK, 'overloaded'],
    security: [{ harborWebhook: [] }],
  },
  'POST /webhooks/:function{[\\w-]+}': {
    operationId: 'invokeFunction',
    tag: 'webhooks',
    summary:
      'Calls a function with its parameters in a signed body; the answer is that of the direct call',
    body: {
      name: 'Invocation',
      example: examples.invocation,
      alternatives: Object.keys(INVOCABLE_FUNCTIONS).map(invocationName),
    },
    answers: { ...DIRECT['GET /readyz'].answers, 200: anyAnswer() },
    problems: [
      ...Object.values(DIRECT).flatMap(({ problems }) => problems),
      ...WEBHOOK,
      'signature_invalid',
      'not_found',
    ],
    security: [],
  },
};
