/**
 * All tags of the registry, for GET /images, in as few calls as Harbor allows: empty projects are
 * skipped, and Harbor 2.11.1 and later lists all artifacts of a project at once. A list that fails alone
 * becomes an entry in `errors`. If Harbor itself fails, the crawl fails.
 */

import { isMissing } from '../../ports/registry-problem.ts';
import type { RegistryImage, RegistryImages } from '../../ports/registry-rows.ts';
import { compareTexts } from '../../values/compare-texts.ts';
import {
  isProjectName,
  isRepositoryName,
  type ProjectName,
  printable,
} from '../../values/names.ts';
import { Problem } from '../../values/problem.ts';
import { humanSize } from '../../values/size.ts';
import { withOwnSignal } from '../../values/waiting/own-signal.ts';
import { type CrawledArtifact, crawledArtifacts, crawledProject } from './crawl-lists.ts';
import { askCredentials } from './credentials.ts';
import type { Caller } from './http/call.ts';
import { HarborProblem, isRefused } from './http/failure.ts';
import type { HarborSession } from './http/session.ts';
import type { ListPlan } from './lists/pages.ts';
import { listArtifactsWithTags } from './lists/tags.ts';
import { listAll } from './lists/whole-list.ts';
import { provenProjects } from './project-list.ts';
import type { WireProject } from './projects.ts';
import { wireRepositories, withoutProject } from './repositories.ts';

/** The state of a crawl. */
interface State {
  readonly caller: Caller;
  readonly signal: AbortSignal;
  /** True if this Harbor can list all artifacts of a project. */
  projectWide: boolean;
  /** The number of lists that timed out. */
  slow: number;
  artifacts: number;
  readonly errors: string[];
}

/** If more lists time out, the crawl ends, because it would take hours. */
const MAX_SLOW = 6;

/**
 * Every tag of the registry.
 * @throws Problem if the projects cannot be listed, or Harbor itself fails
 */
export async function crawl({ caller, shareCrawl }: HarborSession): Promise<RegistryImages> {
  // A failure ends the lists that are still read.
  return await shareCrawl((signal) => withOwnSignal(signal, (own) => crawlOnce(caller, own)));
}

async function crawlOnce(caller: Caller, signal: AbortSignal): Promise<RegistryImages> {
  const state: State = {
    caller,
    signal,
    projectWide: !caller.anonymous,
    slow: 0,
    artifacts: 0,
    errors: [],
  };
  const rows = await crawlProjects(state, await provenProjects(caller, signal));
  return {
    rows: rows.sort(
      (a, b) => compareTexts(a.project, b.project) || compareTexts(a.repository, b.repository),
    ),
    errors: state.errors.sort(compareTexts).map((error) => ({ source: 'harbor', error })),
  };
}

/** The smallest project comes first and alone, because it shows whether this Harbor lists whole projects. */
async function crawlProjects(
  state: State,
  projects: readonly WireProject[],
): Promise<RegistryImage[]> {
  const [first, ...others] = projects
    .map(({ name, repo_count }) => ({ name, repositories: repo_count ?? 0 }))
    .filter(({ repositories }) => repositories > 0)
    .sort((a, b) => a.repositories - b.repositories);
  if (first === undefined) return [];
  const rows = [await crawlProject(state, first.name)];
  rows.push(...(await Promise.all(others.map(({ name }) => crawlProject(state, name)))));
  return rows.flat();
}

async function crawlProject(state: State, name: string): Promise<readonly RegistryImage[]> {
  if (!isProjectName(name)) return recordInvalidName(state, name);
  if (state.projectWide) {
    const found = await attempt(state, () => listImages(state, name, crawledProject(name)));
    if (!(found instanceof HarborProblem)) return found;
    if (found.code === 'harbor_forbidden') return failed(state, name, found);
    if (isMissing(found, 'path')) state.projectWide = false;
    // Any other failure may be due to one broken repository, so each is listed alone.
  }
  const repositories = await attempt(state, () =>
    listAll(state.caller, wireRepositories(name), state.signal),
  );
  if (repositories instanceof HarborProblem) return failed(state, name, repositories);
  // Includes repositories with an artifact_count of 0, because the 0 would need a confirmation.
  const parts = repositories.map((repository) => crawlRepository(state, name, repository.name));
  return (await Promise.all(parts)).flat();
}

async function crawlRepository(
  state: State,
  project: ProjectName,
  fullName: string,
): Promise<readonly RegistryImage[]> {
  const repository = withoutProject(project, fullName);
  if (!isRepositoryName(repository)) return recordInvalidName(state, fullName);
  const images = await attempt(state, () =>
    listImages(state, project, crawledArtifacts({ project, repository })),
  );
  return images instanceof HarborProblem
    ? failed(state, `${project}/${repository}`, images)
    : images.map((image) => ({ ...image, repository }));
}

/** The rows, or the problem if only this list fails. */
async function attempt<Row>(
  state: State,
  list: () => Promise<readonly Row[]>,
): Promise<readonly Row[] | HarborProblem> {
  try {
    return await list();
  } catch (err) {
    if (err instanceof HarborProblem && (await isAlone(state, err))) return err;
    throw err;
  }
}

/** Tells whether only this list fails, and not Harbor itself. */
async function isAlone(state: State, err: HarborProblem): Promise<boolean> {
  if (err.code !== 'harbor_timeout' && err.code !== 'harbor_unreachable') return true;
  state.slow++;
  if (state.slow > MAX_SLOW) return false;
  try {
    await askCredentials(state.caller, state.signal);
    return true;
  } catch (refusal) {
    return isRefused(refusal); // that is an answer too
  }
}

async function listImages(
  state: State,
  project: ProjectName,
  plan: ListPlan<CrawledArtifact>,
): Promise<readonly RegistryImage[]> {
  const { maxRows, settings } = state.caller.options;
  const { rows: artifacts } = await listArtifactsWithTags(state.caller, plan, state.signal);
  state.artifacts += artifacts.length;
  if (state.artifacts > maxRows) {
    throw new Problem(
      'response_too_large',
      `Harbor has more than ${maxRows} artifacts. List project by project, or raise ${settings.maxRows}.`,
    );
  }
  return artifacts.flatMap(({ digest, repository_name, size, tags }) =>
    (tags ?? []).map(({ name: tag }) => ({
      repository: withoutProject(project, repository_name ?? ''),
      tag,
      digest,
      size: humanSize(size ?? 0),
      project,
    })),
  );
}

/** A list that does not exist was deleted after its name was listed, which is not a failure. */
function failed(state: State, name: string, err: HarborProblem): readonly RegistryImage[] {
  if (!isMissing(err, 'project', 'repository')) state.errors.push(`${name}: ${err.message}`);
  return [];
}

function recordInvalidName(state: State, name: string): readonly RegistryImage[] {
  state.errors.push(`${printable(name)} is not a name that Harbor allows, so it was left out.`);
  return [];
}
