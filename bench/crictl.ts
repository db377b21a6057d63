/** The host of the benchmarks: a crictl that answers immediately. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type FakeCrictl, fakeCrictl } from '../test/fake-crictl/index.ts';

/**
 * A shell script, which starts faster than the real crictl, so on a real host the gain from fewer runs
 * is larger.
 */
export function benchCrictl(images: number): FakeCrictl {
  return fakeCrictl({ images: { stdout: outputOf(images) } });
}

/** One that does nothing but print, and so takes the same time each time. */
export function quickCrictl(images: number): Pick<FakeCrictl, 'path' | 'cleanup'> {
  const folder = mkdtempSync(path.join(tmpdir(), 'image-api-bench-'));
  const output = path.join(folder, 'images.json');
  const program = path.join(folder, 'crictl');
  writeFileSync(output, outputOf(images));
  writeFileSync(program, `#!/bin/sh\nexec cat '${output}'\n`, { mode: 0o755 });
  return { path: program, cleanup: () => rmSync(folder, { recursive: true, force: true }) };
}

function outputOf(images: number): string {
  return JSON.stringify({ images: Array.from({ length: images }, image) }, null, 2);
}

function image(_: unknown, index: number): object {
  const hex = index.toString(16).padStart(64, '0');
  const repository = `registry.example.com/team/application-${index}`;
  return {
    id: `sha256:${hex}`,
    repoTags: [`${repository}:v1.${index}.0`],
    repoDigests: [`${repository}@sha256:${hex}`],
    size: String(20_000_000 + index * 1_009),
    uid: null,
    username: '',
    spec: null,
    pinned: false,
  };
}
