/** GET /ui/cleanup: a policy and its plan, as POST /harbor/cleanup makes it. POST: starts the cleanup of that plan. */

import * as z from 'zod/mini';
import { type MadePlan, makePlan, requirePlanned } from '../../domain/cleanup/cleanup-planning.ts';
import { isCleanupTag } from '../../domain/cleanup/cleanup-tag.ts';
import { createFunction, type FunctionContext } from '../../http/function.ts';
import { input } from '../../http/input.ts';
import { searchParams } from '../../http/query.ts';
import { requestOf } from '../../http/request-context.ts';
import { invalidRequest } from '../../ports/invalid-request.ts';
import { orProblem, Problem } from '../../values/problem.ts';
import { reason } from '../../values/reason.ts';
import { type AskedPolicy, askedPolicy, cleanupQuery, isMember } from '../cleanup/asked-policy.ts';
import { answerCleanup, type Planned } from '../cleanup/cleanup-view.tsx';
import { cleanupConfirmation } from '../cleanup/policy-texts.ts';
import { answerRun } from '../cleanup/run-answer.tsx';
import { runPath } from '../cleanup/run-view.tsx';
import { startRun } from '../cleanup/start-run.ts';
import { form } from '../form.ts';
import { seeOther } from '../page.tsx';
import { isSamePhrase } from '../view/same-phrase.ts';
import { linkWith, viewOptions } from '../view/view-list.ts';
import { mayView } from '../view-access.ts';

const applyForm = z.object({
  /** One for each form that was shown. */
  form: z.string('expected the id of the form').check(z.maxLength(64)),
  tag: z
    .string('expected the tag of a plan')
    .check(z.refine(isCleanupTag, 'expected the tag of a plan')),
  confirmation: z.optional(z.string('expected text')),
  reason: z.optional(reason),
});

export const cleanupPage = createFunction()
  .get(
    '/ui/cleanup',
    mayView('read'),
    input({ query: cleanupQuery, emptyIsAbsent: true }),
    async (c) => {
      const asked = askedOf(c, c.req.valid('query'));
      const planned = asked?.policy ? await planOf(c, asked.policy, false) : null;
      const { page, page_size } = c.req.valid('query');
      return answerCleanup(c, { asked, ...viewOptions({ page, page_size }), ...planned });
    },
  )
  .post(
    '/ui/cleanup',
    mayView('write'),
    input({ query: cleanupQuery, emptyIsAbsent: true }),
    form(applyForm),
    async (c) => {
      const asked = askedOf(c, c.req.valid('query'));
      if (!asked?.policy) throw invalidRequest([{ parameter: 'policy', detail: 'is not valid' }]);
      const { policy } = asked;
      const sent = c.req.valid('form');
      const why = sent.reason ?? policy.source.reason ?? null;
      const log = c.get('log');
      log.level = 'WARNING';
      Object.assign(log.fields, { policy: policy.name ?? policy.source, apply: true, reason: why });

      const { cleanupRuns } = c.get('services');
      const started = cleanupRuns.findStarted(sent);
      if (started !== null) return seeOther(c, runPath(started));
      const planned = await planOf(c, policy, true);
      const { made } = planned;
      if (made === null) return answerCleanup(c, { asked, ...planned });
      const changed = problemOfChange(c, { tag: sent.tag, made });
      const typed = sent.confirmation ?? '';
      const isConfirmed = isSamePhrase(typed, cleanupConfirmation(made.candidates.length));
      if (changed !== null || !isConfirmed) {
        const wrong = isConfirmed ? null : typed;
        const typedReason = sent.reason ?? '';
        return answerCleanup(c, { asked, made, problem: changed, wrong, typedReason });
      }
      const planPath = linkWith(c, { page: null });
      const run = await startRun(c, { made, form: sent.form, reason: why, planPath });
      // Where nothing outlives a request, it cannot be found again.
      return cleanupRuns.find(run.id) === null ? answerRun(c, run) : seeOther(c, runPath(run));
    },
  );

function askedOf(c: FunctionContext, query: z.output<typeof cleanupQuery>): AskedPolicy | null {
  return askedPolicy(c, query, [...searchParams(c).keys()].some(isMember));
}

/** A plan, or why there is none: the page shows its form all the same. */
async function planOf(
  c: FunctionContext,
  policy: MadePlan['policy'],
  apply: boolean,
): Promise<Planned> {
  const services = c.get('services');
  const made = await services.largeAnswers
    .planInTurn(() => makePlan(services, requestOf(c), { policy, apply }), c.req.raw.signal)
    .catch(orProblem);
  if (made instanceof Problem) return { made: null, problem: made };
  c.get('log').fields['candidates'] = made.candidates.length;
  return { made, problem: null };
}

function problemOfChange(
  c: FunctionContext,
  planned: { readonly tag: string; readonly made: MadePlan },
): Problem | null {
  try {
    requirePlanned(c.get('services'), planned);
    return null;
  } catch (err) {
    return orProblem(err);
  }
}
