/** The page of a policy and its plan. */

import type { Candidate } from '../../domain/cleanup/cleanup-answer.ts';
import type { MadePlan } from '../../domain/cleanup/cleanup-planning.ts';
import type { FunctionContext } from '../../http/function.ts';
import { sliceRows } from '../../values/list.ts';
import type { Problem } from '../../values/problem.ts';
import type { Slice } from '../../values/slice.ts';
import { answerPage, viewerOf } from '../page.tsx';
import { ProblemBox } from '../problem-page.tsx';
import { FIRST_SLICE, linkWith, type ViewRows } from '../view/view-list.ts';
import { ApplyForm } from './apply-form.tsx';
import type { AskedPolicy } from './asked-policy.ts';
import { KeptArtifacts } from './kept-view.tsx';
import { Candidates, PlanSizes, PlanSummary } from './plan-sections.tsx';
import { ConfiguredPolicies, PolicyForm } from './policy-form.tsx';
import { reasonOf } from './policy-texts.ts';

/** A plan, or why there is none; both if it is not the plan that was to be applied. */
export interface Planned {
  readonly made: MadePlan | null;
  readonly problem: Problem | null;
}

/** The content of the page. */
export interface CleanupView extends Partial<Planned> {
  readonly asked: AskedPolicy | null;
  readonly slice?: Slice;
  /** The typed phrase of a form that was sent, if it is not the right one; below it, the reason. */
  readonly wrong?: string | null;
  readonly typedReason?: string;
}

/** Answers with the form and, if there is one, the plan. */
export async function answerCleanup(c: FunctionContext, view: CleanupView): Promise<Response> {
  const {
    asked,
    slice = FIRST_SLICE,
    made = null,
    problem = null,
    wrong = null,
    typedReason,
  } = view;
  const { configuration } = c.get('services');
  const policies = Object.entries(configuration.cleanup_config.policies);
  const { csrf } = await viewerOf(c);
  const isInvalid = (asked?.faults.size ?? 0) > 0 || (wrong !== null && problem === null);
  if (problem !== null) {
    const { code, message: detail } = problem;
    Object.assign(c.get('log').fields, { code, detail });
  }
  return answerPage(c, {
    title: 'Cleanup',
    status: problem?.status ?? (isInvalid ? 422 : 200),
    ...(problem !== null && { headers: problem.headers }),
    lead: 'A policy says which artifacts may be deleted. The plan lists them before anything is deleted. What a node has is always kept.',
    content: (
      <>
        {problem !== null && <PlanProblem c={c} problem={problem} isReplanned={made !== null} />}
        <ConfiguredPolicies policies={policies} current={asked?.policy?.name ?? null} />
        <PolicyForm asked={asked} />
        {made !== null && (
          <>
            <PlanSummary made={made} mayApply={csrf !== null} />
            <PlanSizes candidates={made.candidates} />
            <KeptArtifacts kept={made.kept} />
            <Candidates c={c} list={sliceOf(made.candidates, slice)} />
            <ApplyForm
              made={made}
              path={linkWith(c, { page: null })}
              csrf={csrf}
              canLogIn={configuration.app_config.write_token.length > 0}
              reason={typedReason ?? reasonOf(made.policy)}
              wrong={problem === null ? wrong : null}
            />
          </>
        )}
      </>
    ),
  });
}

function sliceOf(candidates: readonly Candidate[], slice: Slice): ViewRows<Candidate> {
  return {
    rows: sliceRows(candidates, slice),
    total: candidates.length,
    slice,
    found: candidates,
  };
}

function PlanProblem({
  c,
  problem,
  isReplanned,
}: {
  readonly c: FunctionContext;
  readonly problem: Problem;
  readonly isReplanned: boolean;
}) {
  return (
    <>
      <ProblemBox c={c} problem={problem} />
      {isReplanned && <p>Below is the plan as it is now. Check it and confirm it again.</p>}
      {problem.code === 'usage_unknown' && (
        <p>
          The <a href="/ui">nodes</a> show what is wrong. When it is fixed,{' '}
          <a href={linkWith(c, { page: null })}>make the plan again</a>.
        </p>
      )}
    </>
  );
}
