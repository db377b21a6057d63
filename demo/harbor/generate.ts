/** Registries of a given size for the benchmarks and for tests of long lists. */
import type { Account } from './model.ts';
import { Registry } from './registry.ts';
import type { ArtifactSeed, ProjectSeed } from './seed.ts';

/** The account that sees everything in a generated registry. */
export const GENERATED_ACCOUNT: Account = {
  name: 'admin',
  password: 'generated-password',
  kind: 'admin',
};

export interface GeneratedSize {
  /** Projects with repositories; default 1. They are named `project-000`, … */
  readonly projects?: number;
  /** Additional projects without repositories; default 0. */
  readonly emptyProjects?: number;
  /** Repositories in each project; default 1. Every third one is nested. */
  readonly repositories?: number;
  /** Artifacts in each repository; default 1. */
  readonly artifacts?: number;
  /** Tags of each artifact; default 1. */
  readonly tags?: number;
}

/** A registry in which all repositories have the same size. */
export function generateRegistry(size: GeneratedSize): Registry {
  const { projects = 1, emptyProjects = 0, repositories = 1, artifacts = 1, tags = 1 } = size;
  const full = names(projects, 'project').map((name) => ({
    name,
    repositories: Object.fromEntries(
      names(repositories, 'repository').map((repository, index) => [
        index % 3 === 2 ? `team/apps/${repository}` : repository,
        seeds(artifacts, tags),
      ]),
    ),
  }));
  return registryOf([...full, ...names(emptyProjects, 'empty').map((name) => ({ name }))]);
}

/** One repository, `project-000/repository-000`, with so many artifacts. */
export function oneRepository(artifacts: number): Registry {
  return generateRegistry({ artifacts });
}

/** One project, `project-000`, with so many repositories of one artifact each. */
export function manyRepositories(repositories: number): Registry {
  return generateRegistry({ repositories });
}

/**
 * The registry that the old service was measured with: 125 projects (118 empty), 172 repositories, nested
 * ones too and one with 205 artifacts, 379 tags.
 */
export function comparisonRegistry(): Registry {
  const small = names(171, 'repository');
  const projects = names(7, 'project').map((name, index) => {
    const own = small.filter((_, position) => position % 7 === index);
    const repositories: Record<string, readonly ArtifactSeed[]> = {};
    for (const [position, repository] of own.entries()) {
      const path = position % 5 === 4 ? `apps/web/${repository}` : repository;
      // Three artifacts in all have a second tag.
      repositories[path] = seeds(1, position === 0 && index < 3 ? 2 : 1);
    }
    if (index === 0) repositories['many'] = seeds(205, 1);
    return { name, repositories };
  });
  return registryOf([...projects, ...names(118, 'empty').map((name) => ({ name }))]);
}

function registryOf(projects: readonly ProjectSeed[]): Registry {
  return new Registry({ accounts: [GENERATED_ACCOUNT], projects });
}

function seeds(count: number, tags: number): ArtifactSeed[] {
  return Array.from({ length: count }, (_, index) => ({
    tags: names(tags, `v${index}`),
    sizeBytes: 20_000_000 + index * 1_009,
  }));
}

function names(count: number, prefix: string): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${String(index).padStart(3, '0')}`);
}
