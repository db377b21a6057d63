/**
 * GET and POST /ui/artifacts/{project}/{repository}/{reference}/deletion: the plan of a deletion, then the deletion, as
 * GET …/deletion-plan and DELETE. GET /ui/deletions/{receipt}: what it did.
 */

import * as z from 'zod/mini';
import type { TaggedPlan } from '../../domain/deletion/decision.ts';
import { deleteUnlessBlocked, planDeletion } from '../../domain/deletion/deletion.ts';
import { deletionContext, logDeletionRequest } from '../../domain/deletion/deletion-request.ts';
import { createFunction } from '../../http/function.ts';
import { input } from '../../http/input.ts';
import { requestOf } from '../../http/request-context.ts';
import { firstNames } from '../../values/first-names.ts';
import { artifactPath } from '../../values/name-schemas.ts';
import { referenceText } from '../../values/names.ts';
import { Problem } from '../../values/problem.ts';
import {
  deletionConfirmation,
  deletionFields,
  deletionRequest,
  plannedRequest,
  planPageQuery,
} from '../deletion/deletion-fields.ts';
import { DeletionForm } from '../deletion/deletion-form.tsx';
import { PlanView } from '../deletion/plan-view.tsx';
import { readReceipt, receiptAddress } from '../deletion/receipt.ts';
import { deletedName, ReceiptView } from '../deletion/receipt-view.tsx';
import { answerRefused } from '../deletion/refused-page.tsx';
import { form } from '../form.ts';
import { artifactCrumbs, repositoryCrumbs } from '../harbor/crumbs.ts';
import { answerPage, seeOther, viewerOf } from '../page.tsx';
import { mayView } from '../view-access.ts';

// Before `/ui/artifacts/:project/:repository{.+}/:reference`, which it matches too.
const PATH = '/ui/artifacts/:project/:repository{.+}/:reference/deletion';
/** A parameter of the query would say something that the form does not show. */
const nothing = z.strictObject({});

/** `team/web:v1`. A digest says little, so the tags that go with it are named too. */
function artifactName(plan: TaggedPlan): string {
  const { reference, tags } = plan;
  const name = deletionConfirmation(plan);
  if (reference.kind === 'tag' || tags.length === 0) return name;
  return `${name} (${firstNames(tags, 3)})`;
}

export const deletionPage = createFunction()
  .get(
    PATH,
    mayView('read'),
    input({ param: artifactPath, query: planPageQuery, emptyIsAbsent: true }),
    async (c) => {
      const { reference, ...at } = c.req.valid('param');
      const request = plannedRequest({ at, reference }, c.req.valid('query'));
      const plan = await planDeletion(deletionContext(c.get('services'), requestOf(c)), request);
      const { csrf } = await viewerOf(c);
      const { tag_only: tagOnly } = request.options;
      return answerPage(c, {
        title: `${tagOnly ? 'Remove the tag' : 'Delete'} ${artifactName(plan)}?`,
        crumbs: artifactCrumbs(at, reference),
        lead: 'This is only a plan. Nothing is deleted yet.',
        content: (
          <>
            <PlanView c={c} plan={plan} />
            <DeletionForm c={c} plan={plan} csrf={csrf} />
          </>
        ),
      });
    },
  )
  .post(
    PATH,
    mayView('write'),
    input({ param: artifactPath, query: nothing }),
    form(deletionFields),
    async (c) => {
      const { reference, ...at } = c.req.valid('param');
      const fields = c.req.valid('form');
      const [target, log] = [{ at, reference }, c.get('log')];
      log.level = 'WARNING';
      Object.assign(log.fields, { ...at, reference: referenceText(reference) });
      try {
        const request = deletionRequest(target, fields);
        logDeletionRequest(requestOf(c), request);
        const done = await deleteUnlessBlocked(
          deletionContext(c.get('services'), requestOf(c)),
          request,
        );
        // Loading the page of the outcome again sends nothing again.
        return seeOther(c, await receiptAddress(c, done));
      } catch (thrown) {
        const tagOnly = fields.tag_only === 'true';
        const force = fields.force === 'true';
        return answerRefused(c, thrown, {
          ...target,
          tagOnly,
          force,
          reason: fields.reason,
          confirm: fields.confirm,
        });
      }
    },
  )
  .get('/ui/deletions/:receipt', mayView('read'), async (c) => {
    const receipt = await readReceipt(c, c.req.param('receipt'));
    if (receipt === null) {
      throw new Problem(
        'not_found',
        'This deletion is unknown, or the service was restarted after it. The journal lists all deletions.',
      );
    }
    return answerPage(c, {
      title: `${deletedName(receipt)} ${receipt.tagOnly ? 'removed' : 'deleted'}`,
      place: 'harbor',
      crumbs: repositoryCrumbs(receipt),
      content: <ReceiptView c={c} receipt={receipt} />,
    });
  });
