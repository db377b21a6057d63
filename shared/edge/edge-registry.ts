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
  evidenceOperations,
  imageOperations,
  type Operations,
  oneArtifactOperations,
  projectOperations,
  repositoryOperations,
} from '../adapters/harbor/operations.ts';
import type { Registry } from '../ports/registry.ts';
import { sleep } from '../values/waiting/sleep.ts';
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

const readContents = /* @__PURE__ */ contentsOperations(plainContents);

/** Each has what one kind of function uses, so that its bundle has nothing else of the client. */
export const edgeProjects: MakeRegistry = /* @__PURE__ */ edgeRegistry(projectOperations);
export const edgeRepositories: MakeRegistry = /* @__PURE__ */ edgeRegistry(repositoryOperations);
export const edgeArtifacts: MakeRegistry = /* @__PURE__ */ edgeRegistry(artifactOperations);
export const edgeImages: MakeRegistry = /* @__PURE__ */ edgeRegistry(imageOperations);
export const edgeContents: MakeRegistry = /* @__PURE__ */ edgeRegistry(readContents);
export const edgeUsage: MakeRegistry = /* @__PURE__ */ edgeRegistry((session) => ({
  ...readContents(session),
  ...oneArtifactOperations(session),
}));
export const edgePlans: MakeRegistry = /* @__PURE__ */ edgeRegistry(evidenceOperations);
export const edgeDeletions: MakeRegistry = /* @__PURE__ */ edgeRegistry(deletionOperations);
export const edgeCleanups: MakeRegistry = /* @__PURE__ */ edgeRegistry((session) => ({
  ...readContents(session),
  ...deletionOperations(session),
}));
/** Only whether the registry answers. */
export const edgeCredentials: MakeRegistry = /* @__PURE__ */ edgeRegistry(() => ({}));
export const edgeWholeRegistry: MakeRegistry = /* @__PURE__ */ edgeRegistry(
  /* @__PURE__ */ allOperations(plainContents),
);
