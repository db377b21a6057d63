/** Parses what crictl prints about the runtime itself (docs/crictl.md). */
import * as z from 'zod/mini';
import type { NodeFacts } from '../shared/ports/bridge.ts';
import { arrayOf, parseJson } from '../shared/values/parse-json.ts';
import { Problem } from '../shared/values/problem.ts';
import { bytesOf } from './crictl-output.ts';

type Runtime = NonNullable<NodeFacts['runtime']>;
type ImageFilesystem = NonNullable<NodeFacts['image_filesystems']>[number];

/** Reads the text of `crictl version`. @throws Problem crictl_bad_output */
export function parseVersion(stdout: string): Runtime {
  const name = /^RuntimeName: +(\S.*)$/m.exec(stdout)?.[1]?.trim();
  const version = /^RuntimeVersion: +(\S.*)$/m.exec(stdout)?.[1]?.trim();
  if (name === undefined || version === undefined) throw badOutput('version');
  return { name, version };
}

const filesystemSchema = z.object({
  fsId: z.nullish(z.object({ mountpoint: z.nullish(z.string()) })),
  /** A uint64, as a string of digits. */
  usedBytes: z.nullish(z.object({ value: z.nullish(z.union([z.string(), z.number()])) })),
});
/** crictl up to 1.28 prints one document per file system, later ones one document with a list. */
const documentSchema = z.object({
  status: z.union([
    z.object({ imageFilesystems: z.nullable(arrayOf(filesystemSchema)) }),
    filesystemSchema,
  ]),
});

/** Reads `crictl imagefsinfo -o json`. @throws Problem crictl_bad_output */
export function parseImageFilesystems(stdout: string): ImageFilesystem[] {
  // Documents are indented, so only the last line of one is a brace at the start of a line.
  const documents = stdout.trim().split(/(?<=^\})\s*\n(?=\{)/m);
  return documents.flatMap((text) => {
    const parsed = z.safeParse(documentSchema, parseJson(text));
    if (!parsed.success) throw badOutput('imagefsinfo', parsed.error);
    const { status } = parsed.data;
    const filesystems = 'imageFilesystems' in status ? (status.imageFilesystems ?? []) : [status];
    return filesystems.map(({ fsId, usedBytes }) => {
      if (!fsId?.mountpoint) throw badOutput('imagefsinfo');
      return { mountpoint: fsId.mountpoint, used_bytes: bytesOf(usedBytes?.value) };
    });
  });
}

/**
 * Reads the sandbox image that `crictl info` prints with the bridge's template; null when the runtime does not say.
 * @throws Problem crictl_bad_output
 */
export function parseSandboxImage(stdout: string): string | null {
  const image = stdout.trim();
  if (image === '' || image === '<no value>') return null;
  if (!IMAGE.test(image)) throw badOutput('info');
  return image;
}

/**
 * Reads the images of the sandboxes that `crictl inspectp` prints with the bridge's template; null if it says none.
 * @throws Problem crictl_bad_output
 */
export function parseSandboxes(stdout: string): readonly string[] | null {
  const text = stdout.trim();
  // Without a sandbox, and up to 1.30 without ids, crictl prints its help.
  if (text === '' || text.startsWith('NAME:')) return null;
  const images = [...new Set(text.split(/\s+/))];
  if (!images.every((image) => IMAGE.test(image))) throw badOutput('inspectp');
  return images;
}

/** A name or an id. */
const IMAGE = /^[\w./:@-]{0,511}\w$/;

function badOutput(subcommand: string, cause?: unknown): Problem {
  return new Problem(
    'crictl_bad_output',
    `crictl ${subcommand} printed something other than expected, although its exit code was 0.`,
    { cause },
  );
}
