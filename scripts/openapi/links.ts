/** Links of the document: how an answer leads to the next call (OpenAPI 3.1, Link Object). */
import type { Json } from './components.ts';

interface Link {
  readonly operationId: string;
  readonly description: string;
  /** Parameter → where its value is in the call or its answer. */
  readonly parameters: Readonly<Record<string, string | boolean>>;
}

const SAME_REPOSITORY = {
  project: '$request.path.project',
  repository: '$request.path.repository',
} as const;
const FIRST_ARTIFACT = { ...SAME_REPOSITORY, reference: '$response.body#/0/digest' } as const;

/** By the operation whose answer has the values. */
const LINKS: Readonly<Partial<Record<string, Readonly<Record<string, Link>>>>> = {
  listProjects: {
    repositories: {
      operationId: 'listRepositories',
      description: 'The repositories of the first project',
      parameters: { project: '$response.body#/0/name' },
    },
  },
  listRepositories: {
    artifacts: {
      operationId: 'listArtifacts',
      description: 'The artifacts of the first repository',
      parameters: {
        project: '$request.path.project',
        repository: '$response.body#/0/name',
      },
    },
  },
  listArtifacts: {
    usage: {
      operationId: 'getUsage',
      description: 'What uses the first artifact',
      parameters: FIRST_ARTIFACT,
    },
    deletionPlan: {
      operationId: 'getDeletionPlan',
      description: 'What the deletion of the first artifact would do',
      parameters: FIRST_ARTIFACT,
    },
    dryRun: {
      operationId: 'deleteArtifact',
      description: 'A dry run of the deletion of the first artifact',
      parameters: { ...FIRST_ARTIFACT, 'query.dry_run': true },
    },
  },
  listNodes: {
    images: {
      operationId: 'listNodeImages',
      description: 'The images of the first node',
      parameters: { node: '$response.body#/nodes/0/name' },
    },
  },
  listUnused: {
    deletionPlan: {
      operationId: 'getDeletionPlan',
      description: 'What the deletion of the first unused artifact would do',
      parameters: {
        project: '$response.body#/artifacts/0/project',
        repository: '$response.body#/artifacts/0/repository',
        reference: '$response.body#/artifacts/0/digest',
      },
    },
  },
  getDeletionPlan: {
    delete: {
      operationId: 'deleteArtifact',
      description: 'Deletes what was planned, if nothing in the plan has changed',
      parameters: {
        ...SAME_REPOSITORY,
        reference: '$request.path.reference',
        'header.If-Match': '$response.header.ETag',
      },
    },
  },
};

/** The links of the answer of an operation, as a member of it. */
export function linksOf(operationId: string): Json {
  const links = LINKS[operationId];
  return links === undefined ? {} : { links };
}
