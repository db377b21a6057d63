/** Many artifacts whose digests a test knows. */
import { digestOf } from '../../demo/harbor/registry.ts';

/** `count` artifacts with a tag each; the digest is that of the text `NAME INDEX`. */
export function numberedArtifacts(name: string, count: number) {
  return Array.from({ length: count }, (_, index) => ({
    digest: digestOf(`${name} ${index}`),
    tags: [`v${index}`],
  }));
}
