/** What the OpenAPI document says beyond the schemas: summaries, problems and examples by route. */
import * as z from 'zod/mini';
import { INVOCABLES } from '../functions/webhook-invoke.ts';
import type { ProblemCode } from '../shared/problem.ts';
import { invocationSchema } from '../shared/webhooks/invocation.ts';

const ACCESS: readonly ProblemCode[] = ['unauthorized', 'forbidden'];
const ANYWHERE: readonly ProblemCode[] = [
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

/** The body of a request. */
export interface BodyTexts {
  readonly required: boolean;
  readonly types: readonly string[];
  /** Absent: any object. */
  readonly schema?: z.ZodMiniType;
  readonly example: unknown;
}

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
  readonly body?: BodyTexts;
  /** Request headers of this route alone. */
  readonly headers?: readonly string[];
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
  size_bytes: 1119727,
  usage: 'absent',
  blockers: [],
  request_id: '4c2f9a3e-6f0b-4a52-9a86-0e4d1f4f7f10',
};

/** By method and path template. */
export const ROUTES: Readonly<Record<string, RouteTexts>> = {
  'GET /local-images': {
    summary: 'Images on this host, one row for each tag, less the ignored ones',
    problems: [...ACCESS, ...ANYWHERE, ...LIST, ...HOST],
    example: [{ ...localImage, id: IMAGE_ID, digest: DIGEST, size_bytes: 1119727, pinned: false }],
  },
  'GET /harbor/projects': {
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
  'GET /harbor/repositories/{project}': {
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
  'GET /harbor/artifacts/{project}/{repository}': {
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
  'DELETE /harbor/artifacts/{project}/{repository}/{reference}': {
    summary: 'Deletes one artifact, or with tag_only one tag of it',
    problems: [...ACCESS, ...ANYWHERE, 'invalid_request', ...HARBOR, ...DELETION, 'rate_limited'],
    example: deletion,
  },
  'GET /images': {
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
    summary:
      "Takes Harbor's webhooks, in either payload format, and tells of what matters to the host",
    problems: [...ACCESS, ...ANYWHERE, ...WEBHOOK, 'overloaded'],
    security: [{ harborWebhook: [] }],
    status: 202,
    body: {
      required: true,
      types: ['application/json', 'application/cloudevents+json'],
      example: {
        type: 'DELETE_ARTIFACT',
        occur_at: 1795502545,
        operator: 'admin',
        event_data: {
          resources: [{ digest: DIGEST, tag: 'v1' }],
          repository: { repo_full_name: 'shop/apps/web/frontend' },
        },
      },
    },
    example: { outcome: 'accepted', request_id: '4c2f9a3e-6f0b-4a52-9a86-0e4d1f4f7f10' },
  },
  'POST /webhooks/{function}': {
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
    headers: ['webhook-id', 'webhook-timestamp', 'webhook-signature'],
    body: {
      required: false,
      types: ['application/json'],
      schema: z.union([...INVOCABLES.values()].map(invocationSchema)),
      example: { project: 'shop', repository: 'apps/web/frontend', reference: DIGEST },
    },
    example: deletion,
    orText: true,
  },
};
