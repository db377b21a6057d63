/** The blockers of a deletion, in words, with what to do. */

import type { TaggedPlan } from '../../domain/deletion/decision.ts';
import type { Blocker } from '../../domain/deletion/deletion-answer.ts';
import { GUARD_CODES } from '../../values/blocker-codes.ts';
import { tagList } from '../../values/first-names.ts';
import { referenceText } from '../../values/names.ts';
import { Notice } from '../parts/notices.tsx';
import { deletionAddress } from '../view/links.ts';

const TITLES: Readonly<Record<Blocker['code'], string>> = {
  reference_moved: 'The tag has moved',
  plan_changed: 'The plan has changed',
  other_tags: 'The artifact has other tags',
  in_use: 'It is in use',
  usage_unknown: 'It is not known whether it is in use',
  artifact_immutable: 'A tag is immutable',
  artifact_referenced: 'An index refers to it',
  harbor_read_only: 'Harbor is in read-only mode',
};

const OVERRIDABLE: readonly string[] = GUARD_CODES;

/** Tells whether `force` would be enough. */
export function canOverride({ blockers }: TaggedPlan): boolean {
  return blockers.length > 0 && blockers.every(({ code }) => OVERRIDABLE.includes(code));
}

/** Shows what `force` overrides, as prominently as what prevents a deletion. */
export function Overridden({ plan: { overridden, usage } }: { readonly plan: TaggedPlan }) {
  if (overridden.length === 0) return null;
  return (
    <Notice kind="bad" title="You are overriding the guards that prevent the deletion.">
      <ul>
        {overridden.map((code) => (
          <li>
            <strong>{blockerTitle(code)}.</strong>{' '}
            {code === 'in_use' || code === 'usage_unknown' ? `${usage.detail} ` : ''}
            <code class="small">{code}</code>
          </li>
        ))}
      </ul>
    </Notice>
  );
}

function blockerTitle(code: string): string {
  return Object.entries(TITLES).find(([known]) => known === code)?.[1] ?? code;
}

export function Blockers({ plan }: { readonly plan: TaggedPlan }) {
  const { blockers } = plan;
  if (blockers.length === 0) return null;
  return (
    <Notice kind="bad" title="The deletion is prevented.">
      <ul>
        {blockers.map((blocker) => (
          <li>
            <strong>{TITLES[blocker.code]}.</strong> {detailOf(plan, blocker)}{' '}
            <code class="small">{blocker.code}</code>
            <Remedies plan={plan} blocker={blocker} />
          </li>
        ))}
      </ul>
    </Notice>
  );
}

/** Writes the detail without the parameters of the API, which those of our guards advise: a page has links. */
function detailOf({ reference, artifact, usage }: TaggedPlan, { code, detail }: Blocker): string {
  const named = referenceText(reference);
  if (code === 'other_tags') {
    const others = artifact.tags.filter((tag) => tag !== named);
    return `Deleting the artifact would also remove ${tagList(others)}.`;
  }
  if (code === 'in_use') return `${usage.detail} Stop and remove what uses it first.`;
  return code === 'usage_unknown' ? `${usage.detail} Fix that, then reload the page.` : detail;
}

/** Pages that lead further. */
function Remedies({ plan, blocker }: { readonly plan: TaggedPlan; readonly blocker: Blocker }) {
  const { at, reference, artifact, indexes } = plan;
  const links: [text: string, href: string | undefined][] = [];
  if (blocker.code === 'other_tags') {
    const tagOnly = { ...at, reference: referenceText(reference) };
    links.push(
      ['Remove only this tag', deletionAddress(tagOnly, { tag_only: 'true' })],
      ['Delete it with all its tags', deletionAddress({ ...at, reference: artifact.digest })],
    );
  }
  if (blocker.code === 'artifact_referenced') {
    for (const index of indexes.slice(0, 3)) {
      links.push([
        `Plan the deletion of the index ${index.slice(0, 19)}`,
        deletionAddress({ ...at, reference: index }),
      ]);
    }
  }
  if (links.length === 0) return null;
  return (
    <ul>
      {links.map(([text, href]) => (
        <li>
          <a href={href}>{text}</a>
        </li>
      ))}
    </ul>
  );
}
