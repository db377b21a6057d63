/** What the OpenAPI document says beyond the schemas: summaries, problems and examples by route. */
import type { Hono } from 'hono';
import * as z from 'zod/mini';
import type { FUNCTIONS } from '../functions/router.ts';
import { usageSchema } from '../shared/deletion/artifact-usage.ts';
import { blockerSchema } from '../shared/deletion/blocker.ts';
import { artifactSchema } from '../shared/harbor/artifacts.ts';
import { projectSchema } from '../shared/harbor/projects.ts';
import { repositorySchema } from '../shared/harbor/repositories.ts';
import { localImageSchema } from '../shared/host/local-image-rows.ts';
import type { ProblemCode } from '../shared/problem.ts';
import { readinessSchema } from '../shared/readiness.ts';

const ACCESS: readonly ProblemCode[] = ['unauthorized', 'forbidden'];
const ANYWHERE: readonly ProblemCode[] = [
  'bad_request',
  'expectation_failed',
  'method_not_allowed',
  'invalid_configuration',
  'unsupported_here',
  'internal',
  // A router in front of functions that are deployed elsewhere.
  'function_unavailable',
  'function_timeout',
  'proxy_loop',
];
const HOST: readonly ProblemCode[] = [
  'crictl_not_found',
  'crictl_permission_denied',
  'runtime_unreachable',
  'crictl_timeout',
  'crictl_bad_output',
  'bridge_unavailable',
  'bridge_unauthorized',
  'overloaded',
  'rate_limited',
];
const HARBOR: readonly ProblemCode[] = [
  'harbor_not_configured',
  'harbor_unauthorized',
  'harbor_forbidden',
  'harbor_not_found',
  'harbor_unreachable',
  'harbor_tls',
  'harbor_timeout',
  'harbor_overloaded',
  'harbor_error',
  'harbor_bad_response',
  'overloaded',
];
const LIST: readonly ProblemCode[] = ['invalid_request', 'response_too_large'];
const DELETION: readonly ProblemCode[] = [
  'harbor_read_only',
  'artifact_immutable',
  'artifact_referenced',
  'in_use',
  'other_tags',
  'usage_unknown',
  'reference_moved',
];
const WEBHOOK: readonly ProblemCode[] = [
  'webhook_not_configured',
  'payload_too_large',
  'unsupported_media_type',
  'invalid_request',
];

const imagesSchema = z.object({
  containerd_images: z.array(
    z.object({ repository: z.string(), tag: z.string(), image_id: z.string(), size: z.string() }),
  ),
  harbor_images: z.array(
    z.object({
      repository: z.string(),
      tag: z.string(),
      digest: z.string(),
      size: z.string(),
      project: z.string(),
    }),
  ),
  errors: z.array(z.object({ source: z.enum(['containerd', 'harbor']), error: z.string() })),
});

const deletionSchema = z.object({
  dry_run: z.boolean(),
  deleted: z.boolean(),
  project: z.string(),
  repository: z.string(),
  reference: z.string(),
  digest: z.string(),
  tags: z.array(z.string()),
  children: z.array(z.string()),
  accessories: z.array(z.string()),
  size_bytes: z.nullable(z.number()),
  usage: usageSchema,
  blockers: z.array(blockerSchema),
  request_id: z.string(),
});

/** `METHOD PATH` of every route of every function, as Hono writes the path. */
export type RouteKey = {
  [Name in keyof typeof FUNCTIONS]: KeysOf<(typeof FUNCTIONS)[Name]>;
}[keyof typeof FUNCTIONS];

type KeysOf<App> =
  App extends Hono<infer _Env, infer Schema, infer _Base>
    ? {
        [Path in keyof Schema & string]: {
          [Method in keyof Schema[Path] & string]: Method extends `$${infer Name}`
            ? `${Uppercase<Name>} ${Path}`
            : never;
        }[keyof Schema[Path] & string];
      }[keyof Schema & string]
    : never;

export interface RouteTexts {
  readonly summary: string;
  readonly problems: readonly ProblemCode[];
  /** An example of the 200 body. */
  readonly example: unknown;
  /** Media type of the 200 body where it is not JSON. */
  readonly type?: string;
  /** Whether the answer may be a plain word instead. */
  readonly orText?: true;
  /** Status of the good answer where it is not 200. */
  readonly status?: number;
  /** Schema of the good answer's body, where it is JSON. */
  readonly answer?: z.ZodMiniType;
  /** Headers of the good answer beside those of every answer and of lists. */
  readonly answerHeaders?: readonly string[];
  /** An example of the request's body, where one is declared. */
  readonly bodyExample?: unknown;
  /** Where it is not a token as everywhere; empty: none that OpenAPI could name. */
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
}

const DIGEST = `sha256:${'2ec23b0db30e485789635a6a7eaef5ff'.repeat(2)}`;
const IMAGE_ID = '91e65becf52108d5f79bbbf5f03d315d7145881ad0c9f3383111061db4bfcb58';
const TIME = '2026-11-24T06:35:23.161Z';

const localImage = {
  repository: 'registry.example.test:9443/shop/web',
  tag: 'v1',
  image_id: IMAGE_ID.slice(0, 13),
  size: '1.12MB',
};

const deletion = {
  dry_run: false,
  deleted: true,
  project: 'shop',
  repository: 'apps/web/frontend',
  reference: 'v1',
  digest: DIGEST,
  tags: ['v1'],
  children: [],
  accessories: [],
  size_bytes: 1119727,
  usage: 'absent',
  blockers: [],
  request_id: '4c2f9a3e-6f0b-4a52-9a86-0e4d1f4f7f10',
};

/** A route without texts, or texts without a route, does not compile. */
export const ROUTES: Readonly<Record<RouteKey, RouteTexts>> = {
  'GET /local-images': {
    answer: z.array(localImageSchema),
    answerHeaders: ['Age'],
    summary: 'Images on this host, one row for each tag, less the ignored ones',
    problems: [...ACCESS, ...ANYWHERE, ...LIST, ...HOST],
    example: [{ ...localImage, id: IMAGE_ID, digest: DIGEST, size_bytes: 1119727, pinned: false }],
  },
  'GET /harbor/projects': {
    answer: z.array(projectSchema),
    summary: 'Projects that the Harbor account can see',
    problems: [...ACCESS, ...ANYWHERE, ...LIST, ...HARBOR],
    example: [
      {
        name: 'shop',
        project_id: 2,
        public: false,
        repo_count: 3,
        owner_name: 'admin',
        creation_time: TIME,
        update_time: TIME,
      },
    ],
  },
  'GET /harbor/repositories/:project': {
    answer: z.array(repositorySchema),
    summary: 'Repositories of a project',
    problems: [...ACCESS, ...ANYWHERE, ...LIST, ...HARBOR],
    example: [
      {
        name: 'apps/web/frontend',
        full_name: 'shop/apps/web/frontend',
        project: 'shop',
        artifact_count: 4,
        pull_count: 12,
        creation_time: TIME,
        update_time: TIME,
      },
    ],
  },
  'GET /harbor/artifacts/:project/:repository{.+}': {
    answer: z.array(artifactSchema),
    summary: 'Artifacts of a repository with their tags',
    problems: [...ACCESS, ...ANYWHERE, ...LIST, ...HARBOR],
    example: [
      {
        digest: DIGEST,
        tags: ['v1', 'stable'],
        type: 'IMAGE',
        media_type: 'application/vnd.oci.image.config.v1+json',
        size: '1.12MB',
        size_bytes: 1119727,
        push_time: TIME,
        pull_time: null,
        platforms: [{ os: 'linux', architecture: 'amd64', variant: null, digest: DIGEST }],
        annotations: {},
      },
    ],
  },
  'DELETE /harbor/artifacts/:project/:repository{.+}/:reference': {
    answer: deletionSchema,
    summary: 'Deletes one artifact, or with tag_only one tag of it',
    problems: [...ACCESS, ...ANYWHERE, 'invalid_request', ...HARBOR, ...DELETION],
    example: deletion,
  },
  'GET /images': {
    answer: imagesSchema,
    summary: "The old service's combined answer",
    problems: [...ACCESS, ...ANYWHERE, 'no_source'],
    example: {
      containerd_images: [localImage],
      harbor_images: [
        {
          repository: 'apps/web/frontend',
          tag: 'v1',
          digest: DIGEST,
          size: '1.12MB',
          project: 'shop',
        },
      ],
      errors: [],
    },
  },
  'GET /livez': {
    summary: 'The process is alive',
    problems: [],
    example: 'ok\n',
    type: 'text/plain',
  },
  'GET /readyz': {
    answer: readinessSchema,
    summary: 'The service is able to serve; with `verbose` the checks one by one',
    orText: true,
    problems: [...ACCESS, ...ANYWHERE],
    example: {
      status: 'ok',
      checks: [
        { name: 'configuration', status: 'ok' },
        { name: 'crictl', status: 'ok' },
        { name: 'harbor', status: 'ok' },
        { name: 'harbor_credentials', status: 'ok' },
      ],
    },
  },
  'GET /openapi.json': {
    summary: 'This document',
    problems: [...ACCESS, ...ANYWHERE],
    example: { openapi: '3.1.0' },
  },
  'POST /webhooks/harbor': {
    answer: z.object({ outcome: z.enum(['accepted', 'ignored']), request_id: z.string() }),
    summary:
      "Takes Harbor's webhooks, in either payload format, and tells of what matters to the host",
    problems: [...ACCESS, ...ANYWHERE, ...WEBHOOK, 'overloaded'],
    security: [{ harborWebhook: [] }],
    status: 202,
    bodyExample: {
      type: 'DELETE_ARTIFACT',
      occur_at: 1795502545,
      operator: 'admin',
      event_data: {
        resources: [{ digest: DIGEST, tag: 'v1' }],
        repository: { repo_full_name: 'shop/apps/web/frontend' },
      },
    },
    example: { outcome: 'accepted', request_id: '4c2f9a3e-6f0b-4a52-9a86-0e4d1f4f7f10' },
  },
  'POST /webhooks/:function': {
    answer: z.unknown(),
    summary: 'Calls a function with its parameters as a signed body; the answer is the direct one',
    problems: [
      ...ACCESS,
      ...ANYWHERE,
      ...WEBHOOK,
      'signature_invalid',
      'not_found',
      ...LIST,
      ...HOST,
      ...HARBOR,
      ...DELETION,
      'no_source',
    ],
    security: [],
    bodyExample: { project: 'shop', repository: 'apps/web/frontend', reference: DIGEST },
    example: deletion,
    orText: true,
  },
};
