/** The host of the benchmarks: a crictl that answers immediately. */
import { type FakeCrictl, fakeCrictl } from '../test/fake-crictl/index.ts';

/**
 * A shell script, which starts faster than the real crictl, so on a real host the gain from fewer runs
 * is larger.
 */
export function benchCrictl(images: number): FakeCrictl {
  const stdout = JSON.stringify({ images: Array.from({ length: images }, image) }, null, 2);
  return fakeCrictl({ images: { stdout } });
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
