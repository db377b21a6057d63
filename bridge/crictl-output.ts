/**
 * Parses the output of crictl. Its exit code 0 proves nothing (docs/crictl.md#exit-codes-prove-nothing): with
 * surplus arguments it prints help, with an unknown `-o` a table. Only JSON of the expected shape is accepted.
 */
import * as z from 'zod/mini';
import type { HostContainer, HostImage } from '../shared/ports/bridge.ts';
import { withoutAlgorithm, withoutDockerScheme } from '../shared/values/image-name.ts';
import { isRecord } from '../shared/values/is-record.ts';
import { arrayOf } from '../shared/values/parse-json.ts';
import { Problem } from '../shared/values/problem.ts';

/** Go prints an empty list as `[]`, `null` or not at all, depending on the encoder. */
const strings = z.nullish(arrayOf(z.string()));
const text = z.nullish(z.string());

const imagesSchema = z.object({
  images: z.nullish(
    arrayOf(
      z.object({
        id: z.string().check(z.minLength(1)),
        repoTags: strings,
        repoDigests: strings,
        /** A uint64, as a string of digits. */
        size: z.nullish(z.union([z.string(), z.number()])),
        pinned: z.nullish(z.boolean()),
      }),
    ),
  ),
});

const containersSchema = z.object({
  containers: z.nullish(
    arrayOf(
      z.object({
        id: z.string().check(z.minLength(1)),
        metadata: z.nullish(z.object({ name: text, attempt: z.nullish(z.number()) })),
        state: text,
        createdAt: text,
        /** Absent from the lists of today's runtimes. */
        finishedAt: text,
        labels: z.nullish(
          z.object({
            'io.kubernetes.pod.name': text,
            'io.kubernetes.pod.namespace': text,
            'io.kubernetes.pod.uid': text,
          }),
        ),
        imageRef: text,
        image: z.nullish(z.object({ image: text, userSpecifiedImage: text })),
      }),
    ),
  ),
});

/** Reads `crictl images -o json`. @throws Problem crictl_bad_output */
export function parseImages(stdout: string): HostImage[] {
  const { images } = read(stdout, { schema: imagesSchema, key: 'images' });
  return (images ?? []).map((image) => ({
    id: withoutAlgorithm(image.id),
    repo_tags: image.repoTags ?? [],
    repo_digests: (image.repoDigests ?? []).map(withoutDockerScheme),
    size_bytes: bytesOf(image.size),
    pinned: image.pinned ?? false,
    sandbox: null,
  }));
}

/** Reads `crictl ps -a -o json`. @throws Problem crictl_bad_output */
export function parseContainers(stdout: string): HostContainer[] {
  const { containers } = read(stdout, { schema: containersSchema, key: 'containers' });
  return (containers ?? []).map((container) => ({
    id: container.id,
    name: container.metadata?.name ?? '',
    state: container.state ?? '',
    image_ref: container.imageRef ?? '',
    // CRI-O replaces `image` with an id and keeps the pod's own reference in `userSpecifiedImage`.
    image: container.image?.userSpecifiedImage || container.image?.image || '',
    pod: container.labels?.['io.kubernetes.pod.name'] || null,
    namespace: container.labels?.['io.kubernetes.pod.namespace'] || null,
    pod_uid: container.labels?.['io.kubernetes.pod.uid'] || null,
    attempt: container.metadata?.attempt ?? null,
    created_at: timeOf(container.createdAt),
    finished_at: timeOf(container.finishedAt),
  }));
}

interface Expected<Schema> {
  readonly schema: Schema;
  readonly key: string;
}

function read<Schema extends z.ZodMiniType>(
  stdout: string,
  { schema, key }: Expected<Schema>,
): z.output<Schema> {
  let json: unknown;
  try {
    json = JSON.parse(stdout);
  } catch (err) {
    throw badOutput(kindOfText(stdout), err);
  }
  // An empty list may lack its key, but an object with other keys is not an empty list.
  if (!isRecord(json) || (!(key in json) && Object.keys(json).length > 0)) {
    throw badOutput(`JSON without "${key}"`);
  }
  const parsed = z.safeParse(schema, json);
  if (parsed.success) return parsed.data;
  const path = parsed.error.issues[0]?.path.join('.') ?? key;
  throw badOutput(`JSON of an unexpected shape (at ${path})`, parsed.error);
}

/** RFC 3339, from nanoseconds since the epoch as a string of digits; null for none and for 0. */
function timeOf(nanoseconds: string | null | undefined): string | null {
  if (!/^[1-9]\d{6,18}$/.test(nanoseconds ?? '')) return null;
  return new Date(Number(nanoseconds?.slice(0, -6))).toISOString();
}

function badOutput(what: string, cause?: unknown): Problem {
  return new Problem(
    'crictl_bad_output',
    `crictl printed ${what} instead of the expected JSON, although its exit code was 0. ` +
      'Check that crictl_config.crictl_path names crictl 1.24 or later.',
    { cause },
  );
}

function kindOfText(stdout: string): string {
  const start = stdout.trimStart();
  if (start === '') return 'no output';
  if (/^(?:NAME|USAGE|Incorrect Usage):/.test(start)) return 'its help text';
  if (/^(?:IMAGE|CONTAINER)\s/.test(start)) return 'a table';
  if (start.startsWith('{')) return 'truncated or broken JSON';
  return 'text';
}

/** A uint64 of protobuf's JSON, mostly as a string of digits; null for none, and for what no file system has. */
export function bytesOf(value: string | number | null | undefined): number | null {
  if (typeof value === 'string' && !/^\d{1,16}$/.test(value)) return null;
  const bytes = Number(value ?? Number.NaN);
  return Number.isSafeInteger(bytes) && bytes >= 0 ? bytes : null;
}
