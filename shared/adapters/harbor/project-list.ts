/**
 * Lists the projects that the login can see, and proves that none is missing: Harbor answers 200 with the public ones
 * alone while it does not accept the login.
 */
import type { Project } from '../../ports/registry-rows.ts';
import { compareTexts } from '../../values/compare-texts.ts';
import { cutSlice, type Listed, type Slice } from '../../values/slice.ts';
import type { Caller } from './http/call.ts';
import { HarborProblem } from './http/failure.ts';
import type { HarborSession } from './http/session.ts';
import { harborPaths } from './http/url.ts';
import { Doubt, untilCertain } from './lists/certain.ts';
import { askStatistics, countRows, type Statistics } from './lists/counts.ts';
import { listAll } from './lists/whole-list.ts';
import { isPublic, projectRow, projectRows, type WireProject } from './projects.ts';

const LIST = { method: 'GET', path: harborPaths.projects() } as const;
const ALL_REPOSITORIES = { method: 'GET', path: harborPaths.allRepositories() } as const;

/** The projects that the account can see, by name. A null slice returns all. */
export function listProjects(
  { caller, admit }: HarborSession,
  slice: Slice | null = null,
): Promise<Listed<Project>> {
  return admit(async (signal) => {
    // Only the complete list can be proven.
    const projects = await provenProjects(caller, signal);
    return cutSlice(projects.map(projectRow), slice);
  });
}

/**
 * All projects that the login can see, by name. While Harbor does not accept the login, it lists only the public
 * ones, with 200. If its database fails, its counts of repositories are 0. So the list is compared with counts
 * that only a login gets, until they agree (docs/harbor.md#what-proves-a-list).
 * @throws Problem harbor_unauthorized, harbor_error, …
 */
export async function provenProjects(
  caller: Caller,
  signal: AbortSignal,
): Promise<readonly WireProject[]> {
  const projects = await untilCertain(caller, signal, async () => {
    const listed = await listAll(caller, projectRows, signal);
    // Counted after the list, so that a new project cannot compensate for a missing one.
    const counted = caller.anonymous ? null : await countAll(caller, signal);
    if (counted instanceof Doubt) return counted;
    return (
      (counted === null ? null : doubtProjects(caller, listed, counted)) ??
      (await doubtRepositories(caller, signal, listed, counted)) ??
      listed
    );
  });
  return projects.toSorted((a, b) => compareTexts(a.name, b.name));
}

async function countAll(caller: Caller, signal: AbortSignal): Promise<Statistics | Doubt> {
  try {
    const { acceptedOnRetry, ...counted } = await askStatistics(caller, signal);
    // Refused, then accepted: the list may have been read while the login was refused.
    return acceptedOnRetry ? new Doubt(onlyPublic(caller), 0) : counted;
  } catch (err) {
    if (err instanceof HarborProblem && err.code === 'harbor_error') return new Doubt(err);
    throw err;
  }
}

/** Tells whether the list differs from the projects that the login can see. */
function doubtProjects(
  caller: Caller,
  listed: readonly WireProject[],
  counted: Statistics,
): Doubt | null {
  const open = listed.filter(isPublic).length;
  const own = listed.length - open;
  // For a robot, private projects are not counted, but others cannot lock it.
  const agrees = own === counted.private.projects || counted.private.projects === 0;
  if (agrees && open === counted.public.projects) return null;
  if (own === 0 && counted.private.projects > 0) return new Doubt(onlyPublic(caller));
  const total = counted.private.projects + counted.public.projects;
  return disagreement(`lists ${listed.length} projects and counts ${total}`);
}

/** Tells whether a project that seems empty may have repositories, by the sum over all projects. */
async function doubtRepositories(
  caller: Caller,
  signal: AbortSignal,
  listed: readonly WireProject[],
  counted: Statistics | null,
): Promise<Doubt | null> {
  if (listed.every(({ repo_count }) => (repo_count ?? 0) > 0)) return null;
  const sum = listed.reduce((repositories, { repo_count }) => repositories + (repo_count ?? 0), 0);
  const countsAll = counted !== null && (counted.private.projects > 0 || listed.every(isPublic));
  const total = countsAll
    ? counted.private.repositories + counted.public.repositories
    : await countRows(caller, ALL_REPOSITORIES.path, { signal });
  if (counted !== null && !countsAll) {
    // Harbor answers that count to anyone, so the login must have been accepted before and after it.
    const again = await countAll(caller, signal);
    if (again instanceof Doubt) return again;
  }
  if (sum === total) return null;
  if (total === null) {
    const what =
      'Check any proxy in front of Harbor. Harbor does not report how many repositories it has.';
    return new Doubt(new HarborProblem(ALL_REPOSITORIES, 'harbor_bad_response', what));
  }
  return disagreement(`lists projects with ${sum} repositories in all and counts ${total}`);
}

function disagreement(what: string): Doubt {
  const advice = 'Check the log of harbor-core: its database may have no free connections.';
  return new Doubt(new HarborProblem(LIST, 'harbor_error', `${advice} Harbor ${what}.`));
}

function onlyPublic({ options }: Caller): HarborProblem {
  return new HarborProblem(
    LIST,
    'harbor_unauthorized',
    `Check whether someone logs in as ${options.settings.username} with wrong passwords, which locks the account for ` +
      'everyone. Harbor lists only public projects, although it accepts the credentials at other times.',
  );
}
