/**
 * The registry of a function that is deployed on its own: each request reads for itself, by the runtime's own `fetch`,
 * which does not support `ca_file` and `verify_ssl`. With these keys, calls are `unsupported_here`.
 */
import { harborOf, registryOf } from '../adapters/configured-harbor.ts';
import { plainContents } from '../adapters/harbor/contents.ts';
import {
  allOperations,
  artifactOperations,
  contentsOperations,
  deletionOperations,
  imageOperations,
  type Operations,
  projectOperations,
  repositoryOperations,
} from '../adapters/harbor/operations.ts';
import type { Registry } from '../ports/registry.ts';
import { sleep } from '../values/sleep.ts';
import type { EdgeContext } from './edge.ts';

type MakeRegistry = (context: EdgeContext) => Registry;

function edgeRegistry(operations: Operations): MakeRegistry {
  return ({ configuration, logger }) => {
    const harbor = harborOf(configuration, {
      fetch: (input, init) => fetch(input, init),
      sleep,
      logger,
    });
    return registryOf(configuration, { harbor, operations });
  };
}

const readContents = contentsOperations(plainContents);

/** Each has what one kind of function uses, so that its bundle has nothing else of the client. */
export const edgeProjects: MakeRegistry = edgeRegistry(projectOperations);
export const edgeRepositories: MakeRegistry = edgeRegistry(repositoryOperations);
export const edgeArtifacts: MakeRegistry = edgeRegistry(artifactOperations);
export const edgeImages: MakeRegistry = edgeRegistry(imageOperations);
export const edgeContents: MakeRegistry = edgeRegistry(readContents);
export const edgeDeletions: MakeRegistry = edgeRegistry(deletionOperations);
/** Contents, and what is read of one artifact or deleted. */
export const edgeContentsAndDeletions: MakeRegistry = edgeRegistry((session) => ({
  ...readContents(session),
  ...deletionOperations(session),
}));
/** Only whether the registry answers. */
export const edgeCredentials: MakeRegistry = edgeRegistry(() => ({}));
export const edgeWholeRegistry: MakeRegistry = edgeRegistry(allOperations(plainContents));
