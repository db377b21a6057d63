/** The pages of deletions that did not succeed: refused with the current plan, already gone, or unknown. */

import type { TaggedPlan } from '../../domain/deletion/decision.ts';
import { planDeletion } from '../../domain/deletion/deletion.ts';
import { deletionContext } from '../../domain/deletion/deletion-request.ts';
import type { FunctionContext } from '../../http/function.ts';
import { answerError } from '../../http/json-answer.ts';
import { requestOf } from '../../http/request-context.ts';
import { referenceText } from '../../values/names.ts';
import { Problem } from '../../values/problem.ts';
import { repositoryCrumbs } from '../harbor/crumbs.ts';
import { answerPage, viewerOf } from '../page.tsx';
import { Notice } from '../parts/notices.tsx';
import { prefersHtml } from '../prefers-html.ts';
import { ProblemBox } from '../problem-page.tsx';
import { artifactAddress, repositoryAddress } from '../view/links.ts';
import { plannedRequest, type Target } from './deletion-fields.ts';
import { DeletionForm } from './deletion-form.tsx';
import { HarborRefusal, isOfHarbor } from './harbor-refusal.tsx';
import { JournalLink } from './journal-link.tsx';
import { PlanView } from './plan-view.tsx';

interface RefusedDeletion extends Target {
  readonly tagOnly: boolean;
  readonly force: boolean;
  readonly reason: string | undefined;
  readonly confirm: string | undefined;
}

/** Answers the problem of a deletion with its page. @throws what a page cannot explain better than other errors */
export async function answerRefused(
  c: FunctionContext,
  thrown: unknown,
  asked: RefusedDeletion,
): Promise<Response> {
  if (!(thrown instanceof Problem) || !prefersHtml(c)) throw thrown;
  answerError(thrown, c); // logs it
  const { at } = asked;
  const page = {
    crumbs: repositoryCrumbs(at),
    status: thrown.status,
    headers: { ...thrown.headers, 'Cache-Control': 'no-store' },
  } as const;
  const box = <ProblemBox c={c} problem={thrown} />;
  if (thrown.extras['outcome'] === 'unknown') {
    const content = <Unknown c={c} asked={asked} box={box} />;
    return answerPage(c, { ...page, title: 'Outcome unknown', content });
  }
  if (thrown.code === 'harbor_not_found') {
    const content = <Gone c={c} asked={asked} box={box} />;
    return answerPage(c, { ...page, title: 'Already gone', content });
  }
  if (isOfHarbor(thrown)) {
    const content = (
      <>
        <p class="lead">Nothing was deleted.</p>
        <HarborRefusal c={c} target={asked} tagOnly={asked.tagOnly} problem={thrown} />
      </>
    );
    const isRefusal = thrown.code === 'harbor_forbidden' || thrown.code === 'harbor_unauthorized';
    const title = isRefusal ? 'Harbor refused the deletion' : 'Not deleted';
    return answerPage(c, { ...page, title, content });
  }
  const plan = await currentPlan(c, asked);
  const { csrf } = await viewerOf(c);
  const content = (
    <>
      <p class="lead">Nothing was deleted.</p>
      {box}
      <Changes changed={thrown.extras['changed']} />
      {plan !== null && (
        <>
          <p>This is the plan as it is now:</p>
          <PlanView c={c} plan={plan} />
          <DeletionForm
            c={c}
            plan={plan}
            csrf={csrf}
            reason={asked.reason}
            confirm={asked.confirm}
          />
        </>
      )}
    </>
  );
  return answerPage(c, { ...page, title: 'Not deleted', content });
}

/** Makes the current plan; null: it cannot be made, for the same reason or another one. */
async function currentPlan(c: FunctionContext, asked: RefusedDeletion): Promise<TaggedPlan | null> {
  const { tagOnly, force } = asked;
  try {
    const request = plannedRequest(asked, { tag_only: tagOnly, force });
    // The request's line in the log is that of the deletion.
    return await planDeletion(
      { ...deletionContext(c.get('services'), requestOf(c)), fields: {} },
      request,
    );
  } catch (err) {
    if (err instanceof Problem) return null;
    throw err;
  }
}

const MEMBERS: Readonly<Record<string, string>> = {
  reference: 'the reference',
  digest: 'the digest: the tag has moved to another artifact',
  tags: 'its tags',
  children: 'the children that go with it',
  accessories: 'its accessories',
  indexes: 'the indexes that refer to it',
  immutable_tags: 'which of its tags are immutable',
  read_only: 'whether Harbor is in read-only mode',
  size_bytes: 'its size',
  usage: 'whether it is in use',
  uses: 'what uses it',
  present_on: 'which nodes have it without using it',
  nodes: 'the nodes, or how they could be read',
  other_repositories: 'the other repositories that have it',
  blockers: 'what prevents the deletion',
  tag_only: 'whether only the tag goes',
};

function Changes({ changed }: { readonly changed: unknown }) {
  if (!Array.isArray(changed) || changed.length === 0) return null;
  return (
    <Notice kind="warn" title="This has changed since the plan that you saw:">
      <ul>
        {changed.map((member) => (
          <li>{MEMBERS[String(member)] ?? String(member)}</li>
        ))}
      </ul>
    </Notice>
  );
}

interface EndProps {
  readonly c: FunctionContext;
  readonly asked: RefusedDeletion;
  readonly box: ReturnType<typeof ProblemBox>;
}

function Unknown({ c, asked: { at, reference }, box }: EndProps) {
  const artifact = artifactAddress({ ...at, reference: referenceText(reference) });
  return (
    <>
      {box}
      <p>
        Harbor may still be working on it. Wait a few minutes, then{' '}
        <a href={artifact}>check whether the artifact is still there</a>. If it is, plan the
        deletion again.
      </p>
      <JournalLink c={c} requestId={c.get('requestId')} />
    </>
  );
}

function Gone({ c, asked: { at }, box }: EndProps) {
  return (
    <>
      {box}
      <p>
        Someone else may have deleted it, or you have done so already. See{' '}
        <a href={repositoryAddress(at)}>what the repository has now</a>.
      </p>
      <JournalLink c={c} requestId={null} />
    </>
  );
}
