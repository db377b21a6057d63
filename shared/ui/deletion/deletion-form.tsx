/** The second step: the form that deletes what the plan shows, or why there is none. */

import type { TaggedPlan } from '../../domain/deletion/decision.ts';
import type { FunctionContext } from '../../http/function.ts';
import { referenceText } from '../../values/names.ts';
import { loginPath, pageToReturnTo } from '../login/own-page.ts';
import { NO_DELETES, READ_ONLY } from '../login/view-refusal.ts';
import { Notice } from '../parts/notices.tsx';
import { artifactAddress, deletionAddress } from '../view/links.ts';
import { canOverride } from './blockers.tsx';
import { deletionConfirmation } from './deletion-fields.ts';

interface DeletionFormProps {
  readonly c: FunctionContext;
  readonly plan: TaggedPlan;
  /** The token of the form; null: the viewer may not delete. */
  readonly csrf: string | null;
  /** The reason that was typed before, if the form is shown again. */
  readonly reason?: string | undefined;
  readonly confirm?: string | undefined;
}

export function DeletionForm({ c, plan, csrf, reason, confirm }: DeletionFormProps) {
  const { options, at, reference, overridden, blockers } = plan;
  const artifact = { ...at, reference: referenceText(reference) };
  const tagOnly: Record<string, 'true'> = options.tag_only ? { tag_only: 'true' } : {};
  const canForce = canOverride(plan) && !options.force;
  return (
    <section aria-labelledby="delete">
      <h2 id="delete">{options.tag_only ? 'Remove the tag' : 'Delete it'}</h2>
      {csrf === null && (blockers.length === 0 || canOverride(plan)) ? (
        <HowToDelete c={c} />
      ) : blockers.length === 0 && csrf !== null ? (
        <form method="post" action={deletionAddress(artifact)} class="form">
          <input type="hidden" name="csrf" value={csrf} />
          <input type="hidden" name="plan" value={plan.tag} />
          {options.tag_only && <input type="hidden" name="tag_only" value="true" />}
          {overridden.length > 0 && <input type="hidden" name="force" value="true" />}
          <label>
            {overridden.length > 0
              ? 'Reason, for the journal'
              : 'Reason, for the journal (optional)'}
            <input
              name="reason"
              maxlength={500}
              value={reason}
              required={overridden.length > 0}
              autocomplete="off"
            />
          </label>
          {overridden.length > 0 && (
            <Confirmation expected={deletionConfirmation(plan)} typed={confirm} />
          )}
          <div class="actions">
            <button type="submit" class="danger">
              {options.tag_only ? `Remove the tag ${artifact.reference}` : 'Delete the artifact'}
            </button>
            <a href={artifactAddress(artifact)}>Cancel</a>
            <span class="small">If anything has changed since this plan, nothing is deleted.</span>
          </div>
        </form>
      ) : (
        <>
          <p>Follow the advice above, then reload this page.</p>
          <p>
            <a href={artifactAddress(artifact)}>Back to the artifact</a>
          </p>
        </>
      )}
      {csrf !== null && canForce && (
        <p>
          To delete it anyway,{' '}
          <a href={deletionAddress(artifact, { ...tagOnly, force: 'true' })}>override the guards</a>
          . You must then give a reason and type the reference.
        </p>
      )}
    </section>
  );
}

function Confirmation({
  expected,
  typed,
}: {
  readonly expected: string;
  readonly typed: string | undefined;
}) {
  return (
    <label>
      <span>
        Type <code>{expected}</code> to confirm
      </span>
      <input
        name="confirm"
        value={typed}
        required
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
      />
    </label>
  );
}

/** For those who may not delete. */
function HowToDelete({ c }: { readonly c: FunctionContext }) {
  const { app_config } = c.get('services').configuration;
  const session = c.get('session') ?? null;
  if (app_config.write_token.length === 0) {
    return (
      <Notice kind="info" title="Deleting is not set up.">
        <p>{NO_DELETES}</p>
      </Notice>
    );
  }
  return (
    <Notice kind="info" title="You can see the plan, but you may not delete.">
      {session === null ? (
        <p>
          <a href={loginPath(pageToReturnTo(c))}>Log in</a> with a token of{' '}
          <code>app_config.write_token</code>. You then return to this page.
        </p>
      ) : (
        <p>
          {READ_ONLY} <a href={loginPath(pageToReturnTo(c))}>Log in with another token</a>
        </p>
      )}
    </Notice>
  );
}
