/** The complete list of projects, proven to be what the login can see. */
import type { Caller } from './http/call.ts';
import { HarborProblem } from './http/failure.ts';
import { harborPaths } from './http/url.ts';
import { Doubt, untilCertain } from './lists/certain.ts';
import { askStatistics, countRows, type Statistics } from './lists/counts.ts';
import { cutSlice, type Listed, listAll, type Slice } from './lists/list.ts';
import { isPublic, type Project, projectRow, projectRows, type WireProject } from './projects.ts';
import type { HarborSession } from './session.ts';

const LIST = { method: 'GET', path: harborPaths.projects() } as const;

/** The projects that the account can see, by name. A null slice asks for all. */
export function listProjects(
  { caller, admit }: HarborSession,
  slice: Slice | null = null,
): Promise<Listed<Project>> {
  return admit(async (signal) => {
    // Only all of them together can be proven.
    const projects = await provenProjects(caller, signal);
    return cutSlice(projects.map(projectRow), slice);
  });
}

/**
 * All projects that the login can see, by name. While Harbor does not take the login it lists the public
 * ones alone, with 200, and without its database it counts no repositories. So the list is compared with
 * counts that only the login gets, until they agree (docs/harbor.md#what-proves-a-list).
 * @throws Problem harbor_unauthorized, harbor_error, …
 */
export async function provenProjects(
  caller: Caller,
  signal: AbortSignal,
): Promise<readonly WireProject[]> {
  const projects = await untilCertain(caller, signal, async () => {
    const listed = await listAll(caller, projectRows, signal);
    // Counted after it was listed: what is created in between cannot make up for what was left out.
    const counted = caller.anonymous ? null : await countAll(caller, signal);
    if (counted instanceof Doubt) return counted;
    return (
      (counted === null ? null : doubtProjects(caller, listed, counted)) ??
      (await doubtRepositories(caller, signal, listed, counted)) ??
      listed
    );
  });
  return projects.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

async function countAll(caller: Caller, signal: AbortSignal): Promise<Statistics | Doubt> {
  try {
    const { doubted, ...counted } = await askStatistics(caller, signal);
    // Refused, then taken: the list may have been read while it was refused.
    return doubted ? new Doubt(onlyPublic(caller), 0) : counted;
  } catch (err) {
    if (err instanceof HarborProblem && err.code === 'harbor_error') return new Doubt(err);
    throw err;
  }
}

/** Whether the list has other projects than the login can see. */
function doubtProjects(
  caller: Caller,
  listed: readonly WireProject[],
  counted: Statistics,
): Doubt | null {
  const open = listed.filter(isPublic).length;
  const own = listed.length - open;
  // For a robot nothing private is counted, but nobody else's mistakes lock it.
  const agrees = own === counted.private.projects || counted.private.projects === 0;
  if (agrees && open === counted.public.projects) return null;
  if (own === 0 && counted.private.projects > 0) return new Doubt(onlyPublic(caller));
  const total = counted.private.projects + counted.public.projects;
  return disagreement(`lists ${listed.length} projects and counts ${total}`);
}

/** Whether a project without repositories may have some: the sum over all projects tells. */
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
    : await countRows(caller, harborPaths.allRepositories(), { signal });
  if (sum === total) return null;
  return disagreement(`lists projects with ${sum} repositories in all and counts ${total}`);
}

function disagreement(what: string): Doubt {
  const advice = 'Its database may be short of connections; look at the log of harbor-core.';
  return new Doubt(new HarborProblem(LIST, 'harbor_error', `Harbor ${what}. ${advice}`));
}

function onlyPublic({ options }: Caller): HarborProblem {
  return new HarborProblem(
    LIST,
    'harbor_unauthorized',
    'Harbor shows only public projects, although it accepts the credentials at other times. Does someone log in ' +
      `as ${options.settings.username} with wrong passwords? That locks the account for everyone.`,
  );
}
