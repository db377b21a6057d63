/** What prevents a deletion: our own guards, and what Harbor will refuse. */
import * as z from 'zod/mini';
import type { ArtifactDetail } from '../harbor/artifact.ts';
import type { Reference } from '../harbor/names.ts';
import type { ArtifactUsage } from './artifact-usage.ts';
import type { DeletionOptions } from './deletion-options.ts';

export const blockerSchema = z.object({
  code: z.enum(['reference_moved', 'other_tags', 'in_use', 'usage_unknown', 'artifact_immutable']),
  detail: z.string(),
});
export type Blocker = z.infer<typeof blockerSchema>;

/**
 * @returns `ours`: what we refuse for now (no guards with `force`), the weightiest first; `all`: those and what Harbor
 * would refuse, which nothing overrides.
 */
export function deletionBlockers(plan: {
  readonly artifact: ArtifactDetail;
  readonly reference: Reference;
  readonly usage: ArtifactUsage;
  readonly options: DeletionOptions;
}): { readonly ours: readonly Blocker[]; readonly all: readonly Blocker[] } {
  const { artifact, reference, usage } = plan;
  const { tag_only: tagOnly, force, ifMatch } = plan.options;
  const ours: Blocker[] = [];
  // Not a guard but the caller's own condition: `force` does not override it.
  if (ifMatch !== null && !ifMatch.includes(artifact.digest)) {
    ours.push({
      code: 'reference_moved',
      detail: `It is now ${artifact.digest}, not what If-Match names; look at it again before deleting it.`,
    });
  }
  if (!force) {
    if (reference.kind === 'tag' && !tagOnly && artifact.tags.length > 1) {
      const others = artifact.tags.filter((tag) => tag !== reference.tag);
      ours.push({
        code: 'other_tags',
        detail:
          `The artifact also has ${listed(others)}, which would go with it. ` +
          'Use tag_only=true to remove just this tag, name the digest to delete all, or force=true.',
      });
    }
    // A tag that is not the last one leaves the artifact, and so its users, untouched.
    const artifactStays = tagOnly && artifact.tags.length > 1;
    if (usage.usage === 'in_use' && !artifactStays) {
      ours.push({
        code: 'in_use',
        detail: `${usage.detail} Stop and remove what uses it first, or use force=true.`,
      });
    }
    if (usage.usage === 'unknown' && !artifactStays) {
      ours.push({
        code: 'usage_unknown',
        detail:
          `${usage.detail} Solve that and try again, use force=true, ` +
          'or set delete_config.delete_guard to off.',
      });
    }
  }
  const immutable = artifact.immutableTags.filter(
    (tag) => !tagOnly || (reference.kind === 'tag' && tag === reference.tag),
  );
  const harbors: Blocker[] =
    immutable.length === 0
      ? []
      : [
          {
            code: 'artifact_immutable',
            detail: `Harbor's rules make ${listed(immutable)} immutable; change the rule first.`,
          },
        ];
  return { ours, all: [...ours, ...harbors] };
}

function listed(tags: readonly string[]): string {
  const shown = tags.slice(0, 10).join(', ');
  const more = tags.length > 10 ? ` and ${tags.length - 10} more` : '';
  return `the tag${tags.length === 1 ? '' : 's'} ${shown}${more}`;
}
