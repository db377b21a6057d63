/** Deletions and their plans, asked for by the path of an artifact. */
import { deleteUnlessBlocked, planDeletion } from '../../../../shared/domain/deletion/deletion.ts';
import {
  type DeletionOptions,
  PLAN_ONLY,
} from '../../../../shared/domain/deletion/deletion-options.ts';
import {
  type DeletionRequest,
  deletionContext,
} from '../../../../shared/domain/deletion/deletion-request.ts';
import type { RequestContext } from '../../../../shared/ports/request.ts';
import { orProblem, type Problem } from '../../../../shared/values/problem.ts';
import { type DomainGiven, type DomainWorld, requestOf } from '../../../support/domain.ts';
import { projectNamed, referenceNamed, repositoryNamed } from '../../../support/names.ts';

export interface Asked extends Partial<DeletionOptions> {
  readonly request?: RequestContext;
}

/** What is asked for of the artifact at `project/repository/reference`. */
function wantedOf(path: string, options: Partial<DeletionOptions>): DeletionRequest {
  const [, project = '', repository = '', reference = ''] =
    /^([^/]+)\/(.+)\/([^/]+)$/.exec(path) ?? [];
  return {
    at: { project: projectNamed(project), repository: repositoryNamed(repository) },
    reference: referenceNamed(reference),
    options: { ...PLAN_ONLY, ...options },
  };
}

/** Plans a deletion. */
export function plan(
  { services }: Pick<DomainWorld, 'services'>,
  path: string,
  { request = requestOf(), ...options }: Asked = {},
) {
  return planDeletion(deletionContext(services, request), wantedOf(path, options));
}

/** Deletes. */
export async function remove(
  { services }: Pick<DomainWorld, 'services'>,
  path: string,
  { request = requestOf(), ...options }: Asked = {},
) {
  const wanted = wantedOf(path, { dry_run: false, ...options });
  return deleteUnlessBlocked(deletionContext(services, request), wanted);
}

/** The problem of a deletion that is refused. */
export async function refusal(
  world: Pick<DomainWorld, 'services'>,
  path: string,
  asked?: Asked,
): Promise<Problem> {
  const done = await remove(world, path, asked).catch(orProblem);
  if ('artifact' in done) throw new Error(`${path} was deleted`);
  return done;
}

/** The codes of what prevents a deletion, by its plan or its problem. */
export function blockersOf({ extras }: Pick<Problem, 'extras'>): readonly string[] {
  const blockers = extras['blockers'];
  return Array.isArray(blockers) ? blockers.map(({ code }) => code) : [];
}

/** What happens when a deletion has been sent, before the registry carries it out. */
export function onSent(happen: () => void | Promise<void>): DomainGiven['faults'] {
  return (session) => ({
    deleteArtifact: ({ beforeSend, ...target }) =>
      session.deleteArtifact({
        ...target,
        beforeSend: async () => {
          await beforeSend?.();
          await happen();
        },
      }),
  });
}
