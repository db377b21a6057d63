/** The effects of a deletion: what would go, what would stay, and who uses it. The data of GET …/deletion-plan. */

import type { TaggedPlan } from '../../domain/deletion/decision.ts';
import { planAnswer } from '../../domain/deletion/plan-answer.ts';
import type { FunctionContext } from '../../http/function.ts';
import { requestOf } from '../../http/request-context.ts';
import { firstNames } from '../../values/first-names.ts';
import type { RepositoryAt } from '../../values/names.ts';
import { UseTable } from '../harbor/use-table.tsx';
import { Facts } from '../parts/facts.tsx';
import { NodesNotice } from '../parts/nodes-notice.tsx';
import { Notice } from '../parts/notices.tsx';
import { Copied, Digest, Size, Unknown } from '../parts/values.tsx';
import { artifactAddress } from '../view/links.ts';
import { Blockers, Overridden } from './blockers.tsx';

interface PlanViewProps {
  readonly c: FunctionContext;
  readonly plan: TaggedPlan;
}

export function PlanView({ c, plan }: PlanViewProps) {
  return (
    <>
      <Blockers plan={plan} />
      <Overridden plan={plan} />
      {plan.blockers.length + plan.overridden.length === 0 && (
        <Notice kind="ok" title="No guard of this service prevents the deletion." />
      )}
      <Unsaid plan={plan} />
      <WhatGoes c={c} plan={plan} />
      <WhoUsesIt c={c} plan={plan} />
    </>
  );
}

/** What Harbor did not say although the plan rests on it. */
function Unsaid({ plan }: Pick<PlanViewProps, 'plan'>) {
  const { immutableTags, rulesProven, readOnly } = plan;
  return (
    <>
      {immutableTags === null && (
        <Notice kind="warn" title="It is unknown which tags are immutable.">
          <p>
            Harbor cannot read its rules, or could not when it answered the artifact. Check its
            database, the log of harbor-core and the rules of the project, then reload this page.
            Until Harbor can read them, it deletes nothing.
          </p>
        </Notice>
      )}
      {immutableTags !== null && !rulesProven && (
        <p class="small">
          The account of this service may not read the project’s rules of immutable tags, so only
          what Harbor marks as immutable counts.
        </p>
      )}
      {readOnly === null && (
        <p class="small">Harbor does not say whether it is in read-only mode.</p>
      )}
    </>
  );
}

function WhatGoes({ c, plan }: PlanViewProps) {
  const { tag_only: tagOnly } = plan.options;
  const answer = planAnswer(requestOf(c), plan);
  const { at } = plan;
  const others = answer.other_repositories;
  return (
    <section aria-labelledby="goes">
      <h2 id="goes">{tagOnly ? 'What is removed' : 'What is deleted'}</h2>
      <Facts
        facts={[
          ['Artifact', <Artifact digest={answer.digest} stays={tagOnly} />],
          [tagOnly ? 'Tag' : 'Tags', <Names names={answer.tags} none="none (untagged)" />],
          ...(tagOnly
            ? []
            : ([
                ['Children', <Digests at={at} digests={answer.children} none="none" />],
                ['Accessories', <Digests at={at} digests={answer.accessories} none="none" />],
              ] as const)),
          ['Size', tagOnly ? 'nothing is freed' : <Freed bytes={answer.size_bytes} />],
          [
            'Also in',
            others === null ? (
              <Unknown text="unknown: Harbor does not say which other repositories have it" />
            ) : (
              <Names names={others} none="no other repository" />
            ),
          ],
        ]}
      />
    </section>
  );
}

function Artifact({ digest, stays }: { readonly digest: string; readonly stays: boolean }) {
  return (
    <>
      <Copied text={digest} what="digest" />
      {stays && ' The artifact is kept. Only the tag is removed.'}
    </>
  );
}

function Freed({ bytes }: { readonly bytes: number | null }) {
  return (
    <>
      <Size bytes={bytes} />, freed by Harbor’s next garbage collection, except for shared layers
    </>
  );
}

const SHOWN_NAMES = 20;

function Names({ names, none }: { readonly names: readonly string[]; readonly none: string }) {
  if (names.length === 0) return <>{none}</>;
  const more = names.slice(SHOWN_NAMES);
  return (
    <>
      {names.slice(0, SHOWN_NAMES).join(', ')}
      {more.length > 0 && (
        <details class="unfold">
          <summary>{more.length} more</summary>
          {more.join(', ')}
        </details>
      )}
    </>
  );
}

interface DigestsProps {
  readonly at: RepositoryAt;
  readonly digests: readonly string[];
  readonly none: string;
}

function Digests({ at, digests, none }: DigestsProps) {
  if (digests.length === 0) return <>{none}</>;
  return (
    <details class="unfold">
      <summary>{digests.length}</summary>
      <ul>
        {digests.map((digest) => (
          <li>
            <a href={artifactAddress({ ...at, reference: digest })}>open</a>{' '}
            <Digest digest={digest} />
          </li>
        ))}
      </ul>
    </details>
  );
}

function WhoUsesIt({ c, plan }: PlanViewProps) {
  const { uses, present_on: presentOn, usage } = planAnswer(requestOf(c), plan);
  return (
    <section aria-labelledby="uses">
      <h2 id="uses">Who uses it</h2>
      <NodesNotice nodes={plan.nodes?.nodes ?? []} />
      {usage === 'not_checked' ? (
        <Notice kind="warn" title="The nodes were not asked.">
          <p>
            <code>delete_config.delete_guard</code> is off, or this host has no container runtime.
          </p>
        </Notice>
      ) : (
        <>
          <p>{USAGE[usage]}</p>
          {uses.length > 0 && (
            <UseTable label="Uses of the artifact" uses={uses.slice(0, SHOWN_USES)} />
          )}
          {uses.length > SHOWN_USES && (
            <p>
              The first {SHOWN_USES} of {uses.length}.{' '}
              <a href={artifactAddress({ ...plan.at, reference: plan.artifact.digest })}>
                See all on the page of the artifact
              </a>
            </p>
          )}
          {presentOn.length > 0 && (
            <p>
              These nodes have the image, but no container uses it:{' '}
              {firstNames(presentOn, SHOWN_NAMES)}.
            </p>
          )}
        </>
      )}
    </section>
  );
}

const SHOWN_USES = 100;

const USAGE = {
  in_use: 'It is in use.',
  present: 'Nodes have the image, but no container uses it.',
  absent: 'No node has it.',
  unknown: 'It is not known whether it is in use.',
} as const;
