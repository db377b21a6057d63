/** What crictl 1.33 prints for the answers of a runtime: pure functions, messages in, text out. */
import * as z from 'zod/mini';
import { CriError } from './cri.ts';

// zod builds objects in the order of the schema: these are crictl's orders. Maps are sorted by key.
const strings = z.pipe(
  z.record(z.string(), z.string()),
  z.transform((map) =>
    Object.fromEntries(Object.entries(map).toSorted(([a], [b]) => compare(a, b))),
  ),
);
const nullable64 = z.nullable(z.object({ value: z.string() }));

const imageSchema = z.object({
  id: z.string(),
  repoTags: z.array(z.string()),
  repoDigests: z.array(z.string()),
  size: z.string(),
  uid: nullable64,
  username: z.string(),
  pinned: z.boolean(),
});
type Image = z.infer<typeof imageSchema>;

const containerSchema = z.object({
  id: z.string(),
  podSandboxId: z.string(),
  metadata: z.object({ name: z.string(), attempt: z.number() }),
  image: z.object({
    image: z.string(),
    annotations: strings,
    userSpecifiedImage: z.string(),
    runtimeHandler: z.string(),
  }),
  imageRef: z.string(),
  state: z.string(),
  createdAt: z.string(),
  labels: strings,
  annotations: strings,
  imageId: z.string(),
});

const podSchema = z.object({
  id: z.string(),
  metadata: z.object({
    name: z.string(),
    uid: z.string(),
    namespace: z.string(),
    attempt: z.number(),
  }),
  state: z.string(),
  createdAt: z.string(),
  labels: strings,
  annotations: strings,
  runtimeHandler: z.string(),
});

const filesystemSchema = z.object({
  fsId: z.nullable(z.object({ mountpoint: z.string() })),
  inodesUsed: nullable64,
  timestamp: z.string(),
  usedBytes: nullable64,
});

const imagesSchema = z.object({ images: z.array(imageSchema) });
const containersSchema = z.object({ containers: z.array(containerSchema) });
const podsSchema = z.object({ items: z.array(podSchema) });
const imageFsInfoSchema = z.object({
  containerFilesystems: z.array(filesystemSchema),
  imageFilesystems: z.array(filesystemSchema),
});

const versionSchema = z.object({
  version: z.string(),
  runtimeName: z.string(),
  runtimeVersion: z.string(),
  runtimeApiVersion: z.string(),
});

const statusSchema = z.object({ info: z.record(z.string(), z.string()) });

/** `crictl images -o json`. */
export function imagesJson(answer: unknown): string {
  return protoJson({ images: sortedImages(answer) });
}

/** `crictl images`: a row for each tag, a row with `<none>` for an image without tags. */
export function imagesTable(answer: unknown): string {
  const rows = sortedImages(answer).flatMap((image) => {
    const id = image.id.replace(/^sha256:/, '').slice(0, 13);
    return namesOf(image).map((name) => [...name, id, humanSize(Number(image.size))]);
  });
  return table([['IMAGE', 'TAG', 'IMAGE ID', 'SIZE'], ...rows]);
}

/** `crictl ps -o json`, newest first; `all` includes containers that do not run. */
export function containersJson(answer: unknown, all: boolean): string {
  const containers = containersSchema
    .parse(answer)
    .containers.filter((container) => all || container.state === 'CONTAINER_RUNNING')
    .toSorted(newestFirst);
  return protoJson({ containers });
}

/** `crictl pods -o json`, newest first. */
export function podsJson(answer: unknown): string {
  return protoJson({ items: podsSchema.parse(answer).items.toSorted(newestFirst) });
}

/** `crictl imagefsinfo -o json`. */
export function imageFsInfoJson(answer: unknown): string {
  return `${withoutNulls({ status: imageFsInfoSchema.parse(answer) })}\n`;
}

/** `crictl version`. */
export function versionText(answer: unknown): string {
  const version = versionSchema.parse(answer);
  return [
    `Version:  ${version.version}`,
    `RuntimeName:  ${version.runtimeName}`,
    `RuntimeVersion:  ${version.runtimeVersion}`,
    `RuntimeApiVersion:  ${version.runtimeApiVersion}`,
    '',
  ].join('\n');
}

/** The only template of `crictl info` that this one knows. */
export const SANDBOX_IMAGE_TEMPLATE = '{{.config.sandboxImage}}';

/** `crictl info -o go-template` with that template. Throws the error of Go's template for a missing member. */
export function sandboxImageText(answer: unknown): string {
  const config: unknown = JSON.parse(statusSchema.parse(answer).info['config'] ?? '{}');
  const image = z.object({ sandboxImage: z.optional(z.string()) }).parse(config).sandboxImage;
  if (image !== undefined) return `${image}\n`;
  throw new CriError(
    'execute template: failed to template data: template: tmplExecuteRawJSON:1:9: executing ' +
      '"tmplExecuteRawJSON" at <.config.sandboxImage>: map has no entry for key "sandboxImage"',
  );
}

/**
 * The size as crictl's table shows it: decimal units and Go's `%.3g`, so that 999,950 bytes are
 * `1e+03kB`.
 */
export function humanSize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const rounded = Number(value.toPrecision(3));
  return `${rounded === 1000 ? '1e+03' : rounded}${units[unit]}`;
}

/** crictl's order is not total: with untagged images it depends on the order in the answer. */
function sortedImages(answer: unknown): readonly Image[] {
  return imagesSchema.parse(answer).images.toSorted((a, b) => {
    const [left, right] =
      a.repoTags[0] !== undefined && b.repoTags[0] !== undefined
        ? [a.repoTags[0], b.repoTags[0]]
        : a.repoDigests[0] !== undefined && b.repoDigests[0] !== undefined
          ? [a.repoDigests[0], b.repoDigests[0]]
          : [a.id, b.id];
    return compare(left, right);
  });
}

/** Repository and tag of each row. */
function namesOf(image: Image): readonly (readonly [string, string])[] {
  if (image.repoTags.length === 0) {
    return [[image.repoDigests[0]?.replace(/@.*$/, '') ?? '<none>', '<none>']];
  }
  return image.repoTags.map((name) => {
    const colon = name.lastIndexOf(':');
    return [name.slice(0, colon), name.slice(colon + 1)];
  });
}

function newestFirst(a: { readonly createdAt: string }, b: { readonly createdAt: string }): number {
  return Number(BigInt(b.createdAt) - BigInt(a.createdAt));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Protobuf's JSON, with the two spaces after a colon that some builds of crictl print; unset messages are left out. */
function protoJson(answer: object): string {
  return `${withoutNulls(answer).replace(/^(\s*"[^"]+": )/gm, '$1 ')}\n`;
}

function withoutNulls(answer: object): string {
  return JSON.stringify(answer, (_, value: unknown) => (value === null ? undefined : value), 2);
}

/** Columns as wide as their longest cell and three spaces, 20 at least. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(20, ...rows.map((row) => (row[column] ?? '').length + 3)),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .join('');
  return rows.map((row) => `${line(row)}\n`).join('');
}
