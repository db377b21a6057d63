/** The advice when Harbor, and not a guard of this service, prevents a deletion. */

import type { FunctionContext } from '../../http/function.ts';
import { referenceText } from '../../values/names.ts';
import type { Problem } from '../../values/problem.ts';
import { Notice } from '../parts/notices.tsx';
import { CopyButton } from '../parts/values.tsx';
import { artifactAddress, deletionAddress } from '../view/links.ts';
import type { Target } from './deletion-fields.ts';

/** Tells whether Harbor refused the deletion or could not carry it out, for a reason that a plan does not show. */
export function isOfHarbor({ code }: Problem): boolean {
  return code.startsWith('harbor_') && code !== 'harbor_read_only' && code !== 'harbor_not_found';
}

interface HarborRefusalProps {
  readonly c: FunctionContext;
  readonly target: Target;
  readonly tagOnly: boolean;
  readonly problem: Problem;
}

export function HarborRefusal({ c, target, tagOnly, problem }: HarborRefusalProps) {
  const { at, reference } = target;
  const artifact = { ...at, reference: referenceText(reference) };
  const { what, advice } = explanation(problem, at.project);
  const requestId = c.get('requestId');
  return (
    <>
      <Notice kind="bad" title={what}>
        <p>{advice}</p>
        <details class="unfold">
          <summary>Details</summary>
          <p>{problem.message}</p>
          <p class="small">
            <code>{problem.code}</code>, request <code>{requestId}</code>{' '}
            <CopyButton text={requestId} what="request id" />
          </p>
        </details>
      </Notice>
      <p class="actions">
        <a class="button" href={deletionAddress(artifact, tagOnly ? { tag_only: 'true' } : {})}>
          Open the plan again
        </a>
        <a href={artifactAddress(artifact)}>Back to the artifact</a>
      </p>
    </>
  );
}

interface Explanation {
  readonly what: string;
  readonly advice: string;
}

function explanation({ code }: Problem, project: string): Explanation {
  if (code === 'harbor_forbidden') {
    return {
      what: `The Harbor account of this service may not delete in the project ${project}.`,
      advice: 'Ask a Harbor administrator to let it delete artifacts and tags there.',
    };
  }
  if (code === 'harbor_unauthorized' || code === 'harbor_not_configured') {
    return {
      what: 'Harbor does not accept the account of this service.',
      advice: 'Ask the operator of this service to check harbor_config.',
    };
  }
  if (code === 'harbor_overloaded') {
    return { what: 'Harbor is overloaded.', advice: 'Wait a few minutes, then try again.' };
  }
  return {
    what: 'Harbor failed.',
    advice: 'Wait a few minutes, then try again. If it fails again, ask the operator of Harbor.',
  };
}
