/**
 * Harbor's webhooks in either payload format. Parsed here once, so the names in an event are always
 * valid. `resource_url` is not read, so that a payload cannot name a host to call.
 */
import * as z from 'zod/mini';
import { invalidRequest } from '../../ports/invalid-request.ts';
import { isRecord } from '../../values/is-record.ts';
import {
  type Digest,
  isDigest,
  isProjectName,
  isRepositoryName,
  isTag,
  type ProjectName,
  type RepositoryName,
  type Tag,
} from '../../values/names.ts';
import { arrayOf } from '../../values/parse-json.ts';

/** An artifact was pushed or deleted. */
export interface HarborEvent {
  readonly kind: 'pushed' | 'deleted';
  readonly project: ProjectName;
  readonly repository: RepositoryName;
  readonly digest: Digest;
  /** The tag, or one of the deleted tags; null when the event names only the digest. */
  readonly tag: Tag | null;
  /** Seconds since the epoch; null when the payload has no time. */
  readonly occurredAtS: number | null;
}

/** One delivery. Harbor sends it again, unchanged, when it is not answered in time. */
export interface HarborDelivery {
  /** The event's type, as sent. */
  readonly type: string;
  /** Identity of a CloudEvent; null for the Default format, which has none. */
  readonly id: string | null;
  /** Empty when the type cannot affect a host. */
  readonly events: readonly HarborEvent[];
}

const KINDS: Readonly<Partial<Record<string, HarborEvent['kind']>>> = {
  PUSH_ARTIFACT: 'pushed',
  DELETE_ARTIFACT: 'deleted',
  'harbor.artifact.pushed': 'pushed',
  'harbor.artifact.deleted': 'deleted',
};

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,20})?(?:Z|[+-]\d\d:\d\d)$/;
const type = z.string().check(z.minLength(1), z.maxLength(200));
/** Up to the year 9999, so that `toISOString` accepts it. */
const seconds = z.int().check(z.gte(0), z.lte(253_402_300_799));
const defaultSchema = z.object({
  type,
  occur_at: z.optional(seconds),
  event_data: z.optional(z.unknown()),
});
const cloudEventSchema = z.object({
  specversion: z.literal('1.0'),
  id: z.string().check(z.minLength(1), z.maxLength(256)),
  source: z.string().check(z.minLength(1), z.maxLength(256)),
  type,
  time: z.optional(z.string().check(z.refine(isTime))),
  data: z.optional(z.unknown()),
});
const artifactsSchema = z.object({
  resources: arrayOf(
    z.object({
      digest: z.string().check(z.refine(isDigest)),
      tag: z.optional(z.string().check(z.refine((tag) => isTag(tag) || isDigest(tag)))),
    }),
  ).check(z.minLength(1), z.maxLength(1000)),
  repository: z.object({
    repo_full_name: z.string().check(z.refine((name) => splitName(name) !== null)),
  }),
});

/** Reads a delivery of either format; one of an unknown type has no events. @throws Problem invalid_request */
export function parseHarborDelivery(body: unknown): HarborDelivery {
  const isCloudEvent = isRecord(body) && 'specversion' in body;
  if (isCloudEvent) {
    const { type, id, source, time, data } = parse(cloudEventSchema, body, '');
    const occurredAtS = time === undefined ? null : Math.floor(Date.parse(time) / 1000);
    return { type, id: `${source} ${id}`, events: eventsOf(type, data, 'data', occurredAtS) };
  }
  const { type, occur_at, event_data } = parse(defaultSchema, body, '');
  const events = eventsOf(type, event_data, 'event_data', occur_at ?? null);
  return { type, id: null, events };
}

function eventsOf(
  type: string,
  data: unknown,
  where: string,
  occurredAtS: number | null,
): HarborEvent[] {
  const kind = Object.hasOwn(KINDS, type) ? KINDS[type] : undefined;
  if (kind === undefined) return [];
  const { resources, repository } = parse(artifactsSchema, data, where);
  const name = splitName(repository.repo_full_name);
  return resources.flatMap(({ digest, tag }) =>
    name !== null && isDigest(digest)
      ? { kind, ...name, digest, tag: tag !== undefined && isTag(tag) ? tag : null, occurredAtS }
      : [],
  );
}

/** RFC 3339, as CloudEvents requires. `Date.parse` alone accepts nearly any text with a number. */
function isTime(text: string): boolean {
  return TIME.test(text) && !Number.isNaN(Date.parse(text));
}

/** `hooks/apps/web` is the repository `apps/web` of the project `hooks`. */
function splitName(fullName: string) {
  const slash = fullName.indexOf('/');
  const project = fullName.slice(0, slash);
  const repository = fullName.slice(slash + 1);
  if (slash === -1 || !isProjectName(project) || !isRepositoryName(repository)) return null;
  return { project, repository };
}

function parse<S extends z.ZodMiniType>(schema: S, value: unknown, where: string): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw invalidRequest(
    result.error.issues.slice(0, 5).map(({ path }) => ({
      parameter: [where, ...path].filter((part) => part !== '').join('.') || 'body',
      detail: 'expected the value that Harbor sends here',
    })),
  );
}

/** The body of a delivery, for `input`. */
export const harborDelivery = {
  types: ['application/json', 'application/cloudevents+json'],
  documentedAs: z.union([defaultSchema, cloudEventSchema]),
  required: true,
  read: (_: unknown, body: unknown) => parseHarborDelivery(body),
} as const;
