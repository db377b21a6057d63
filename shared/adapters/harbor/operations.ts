/**
 * Harbor's operations as the methods of the `Registry` port, in groups: a function that is deployed alone has only the
 * groups that it uses in its bundle.
 */
import type {
  RegistryContents,
  RegistryDeletions,
  RegistryLists,
  RegistrySession,
} from '../../ports/registry.ts';
import { childrenOf, deleteArtifact, getArtifact, remainingTarget } from './artifact.ts';
import { getDetailedArtifact, listDetailedArtifacts } from './artifact-details.ts';
import { listArtifacts, listPackedArtifacts } from './artifacts.ts';
import { configDigests, type WantedConfigs } from './config-digests.ts';
import type { ContentsReader } from './contents.ts';
import { crawl } from './crawl.ts';
import { proveCredentials } from './credentials.ts';
import { isReadOnly } from './deletion/read-only.ts';
import { findRelatives } from './deletion/relatives.ts';
import type { Caller } from './http/call.ts';
import type { HarborSession } from './http/session.ts';
import { readTagRules } from './immutable-rules.ts';
import { otherRepositories } from './other-repositories.ts';
import { listProjects } from './project-list.ts';
import { listRepositories } from './repositories.ts';

/** Makes some methods of a session of the port. */
export type Operations = (session: HarborSession) => Partial<RegistrySession>;

/** The methods that read projects. */
export const projectOperations = (session: HarborSession) =>
  ({
    listProjects: (slice) => listProjects(session, slice),
  }) satisfies Partial<RegistryLists>;

/** The methods that read a project's repositories. */
export const repositoryOperations = (session: HarborSession) =>
  ({
    listRepositories: (project, slice) => listRepositories(session, project, slice),
  }) satisfies Partial<RegistryLists>;

/** The methods that read a repository's artifacts. */
export const artifactOperations = (session: HarborSession) =>
  ({
    listArtifacts: (at, slice) => listArtifacts(session, at, slice),
    packArtifacts: (at, pack) => listPackedArtifacts(session, at, pack),
  }) satisfies Partial<RegistryLists>;

/** The methods that read artifacts with details, which only pages show. */
const detailOperations = (session: HarborSession) =>
  ({
    listDetailedArtifacts: (at, slice) => listDetailedArtifacts(session, at, slice),
    getDetailedArtifact: (at, reference) => getDetailedArtifact(session, at, reference),
  }) satisfies Partial<RegistryLists>;

/** The method that reads every tag. */
export const imageOperations = (session: HarborSession) =>
  ({ listImages: () => crawl(session) }) satisfies Partial<RegistryLists>;

/** The methods for answers over nodes, which read through `reader`. */
export const contentsOperations =
  (reader: ContentsReader) =>
  (session: HarborSession): RegistryContents => ({
    admit: session.admit,
    readArtifacts: (at, options) => reader.artifacts(session, at, options),
    readArtifactsWithRules: (repositories, options) =>
      reader.artifactsWithRules(session, repositories, options),
    readDigest: (artifact, options) => reader.digestOf(session, artifact, options),
    readRepositories: (project, options) => reader.repositories(session, project, options),
    readConfigDigests: (at, manifests) => configsFor(session, session.caller, { at, manifests }),
    proveLogin: (signal) => proveCredentials(session.caller, signal),
  });

/** Reads the configurations that no request has read yet. */
function configsFor(
  { manifests: known, signal }: HarborSession,
  caller: Caller,
  wanted: Omit<WantedConfigs, 'known'>,
): Promise<readonly string[] | null> {
  return configDigests(caller, { ...wanted, known }, signal());
}

/** The method that reads one artifact. */
export const oneArtifactOperations = (session: HarborSession) =>
  ({
    getArtifact: (at, reference) => getArtifact(session, at, reference),
  }) satisfies Partial<RegistryDeletions>;

/** The methods that read what a plan of a deletion is made of. */
export const evidenceOperations = (session: HarborSession) =>
  ({
    ...oneArtifactOperations(session),
    childrenOf: (at, digest) => childrenOf(session, at, digest),
    findRelatives: (at, artifact) => findRelatives(session, at, artifact),
    otherRepositories: (at, digest) => otherRepositories(session, at, digest),
    configDigests: (at, manifests) => configsFor(session, session.urgent, { at, manifests }),
    tagRules: ({ project, repository }, artifact) =>
      readTagRules(session.urgent, {
        project,
        marked: artifact === null ? [] : [{ repository, artifacts: [artifact] }],
        signal: session.signal(),
      }),
    isReadOnly: () => isReadOnly(session),
  }) satisfies Partial<RegistryDeletions>;

/** All methods of deletions. */
export const deletionOperations = (session: HarborSession): RegistryDeletions => ({
  ...evidenceOperations(session),
  deleteInTurn: (at, work) => session.deleteInTurn(at, work),
  deleteArtifact: (deletion) => deleteArtifact(session, deletion),
  remainingTarget: (target) => remainingTarget(session, target),
});

/** All methods. */
export const allOperations =
  (reader: ContentsReader) =>
  (session: HarborSession): Omit<RegistrySession, 'isAnonymous' | 'configs'> => ({
    ...projectOperations(session),
    ...repositoryOperations(session),
    ...artifactOperations(session),
    ...detailOperations(session),
    ...imageOperations(session),
    ...contentsOperations(reader)(session),
    ...deletionOperations(session),
  });
