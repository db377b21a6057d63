/** The form that applies a plan, or the reason why there is none. */

import type { MadePlan } from '../../domain/cleanup/cleanup-planning.ts';
import { loginPath } from '../login/own-page.ts';
import { artifactsText, cleanupConfirmation } from './policy-texts.ts';

export interface ApplyFormProps {
  readonly made: MadePlan;
  /** Path and query of the plan. */
  readonly path: string;
  /** The token of the form; null: the viewer may not delete. */
  readonly csrf: string | null;
  /** True if anybody can log in who may delete. */
  readonly canLogIn: boolean;
  readonly reason: string;
  /** The text that the user has typed, if it is not the phrase. */
  readonly wrong: string | null;
}

export function ApplyForm({ made, path, csrf, canLogIn, reason, wrong }: ApplyFormProps) {
  const count = made.candidates.length;
  const isWrong = wrong !== null;
  if (count === 0) return null;
  return (
    <section aria-labelledby="apply">
      <h2 id="apply">{`Delete ${artifactsText(count)}`}</h2>
      {csrf === null ? (
        <NotAllowed canLogIn={canLogIn} path={path} />
      ) : (
        <form method="post" action={path} class="form">
          <input type="hidden" name="csrf" value={csrf} />
          <input type="hidden" name="form" value={crypto.randomUUID()} />
          <input type="hidden" name="tag" value={made.tag} />
          <p>
            Before each deletion, the service asks the nodes and Harbor again, and keeps what is in
            use by then. A deletion cannot be undone.
          </p>
          <label for="reason">Reason, for the journal (optional)</label>
          <input id="reason" type="text" name="reason" maxlength={500} value={reason} />
          <label for="confirmation">
            Type <strong>{cleanupConfirmation(count)}</strong> to confirm
          </label>
          <input
            id="confirmation"
            type="text"
            name="confirmation"
            autocomplete="off"
            autocapitalize="off"
            spellcheck={false}
            required
            value={wrong ?? ''}
            // So that the browser shows what is wrong, far down the page.
            autofocus={isWrong}
            aria-invalid={isWrong ? 'true' : undefined}
            aria-describedby={isWrong ? 'confirmation-fault' : undefined}
          />
          {isWrong && (
            <small id="confirmation-fault" role="alert">
              <strong class="fault">{`Nothing was deleted. Type exactly: ${cleanupConfirmation(count)}`}</strong>
            </small>
          )}
          <button type="submit" class="danger">
            {`Delete ${artifactsText(count)}`}
          </button>
        </form>
      )}
    </section>
  );
}

function NotAllowed({ canLogIn, path }: Pick<ApplyFormProps, 'canLogIn' | 'path'>) {
  return canLogIn ? (
    <p>
      You can see this plan, but you may not apply it. To delete,{' '}
      <a href={loginPath(path)}>log in</a> with a token of <code>app_config.write_token</code>.
    </p>
  ) : (
    <p>
      Deleting is not set up. Set <code>app_config.write_token</code>, restart the service, and log
      in with the token.
    </p>
  );
}
