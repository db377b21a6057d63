/** Harbor as the registry of the domain (shared/ports/registry.ts). */
import type { Registry, RegistrySession } from '../../ports/registry.ts';
import type { Harbor } from './client.ts';
import type { Operations } from './operations.ts';

export interface HarborRegistryOptions {
  readonly harbor: Harbor;
  /** The methods that sessions have. Another one throws, because the program was made without it. */
  readonly operations: Operations;
  readonly forget: Registry['forget'];
  /** Whether `verify_ssl: false` weakens the connection: the log line of each request says so. */
  readonly isUnverified: boolean;
}

/** Makes the registry from the client. */
export function harborRegistry(options: HarborRegistryOptions): Registry {
  const { harbor, operations, forget, isUnverified } = options;
  return {
    host: harbor.host,
    session(request) {
      const { id, trace, log } = request;
      if (isUnverified && log !== undefined) log.fields['harbor_tls'] = 'not verified';
      const session = harbor.session({
        requestId: id,
        ...(trace !== undefined && { calls: trace }),
        signal: () => request.signal,
      });
      const own = { isAnonymous: session.caller.anonymous, ...operations(session) };
      return { ...NOT_HERE, ...own };
    },
    checkCredentials: harbor.checkCredentials,
    forget,
  };
}

function absent(): never {
  throw new Error('this program was made without this operation of the registry');
}

const NOT_HERE: Omit<RegistrySession, 'isAnonymous'> = {
  listProjects: absent,
  listRepositories: absent,
  listArtifacts: absent,
  packArtifacts: absent,
  listDetailedArtifacts: absent,
  getDetailedArtifact: absent,
  listImages: absent,
  admit: absent,
  readArtifacts: absent,
  readDigest: absent,
  readRepositories: absent,
  proveLogin: absent,
  getArtifact: absent,
  childrenOf: absent,
  findRelatives: absent,
  otherRepositories: absent,
  configDigests: absent,
  isReadOnly: absent,
  deleteInTurn: absent,
  deleteArtifact: absent,
  remainingTarget: absent,
};
