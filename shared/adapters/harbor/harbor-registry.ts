/** Harbor as the registry of the domain (shared/ports/registry.ts). */
import type { Registry, RegistrySession } from '../../ports/registry.ts';
import type { Harbor } from './client.ts';
import type { Operations } from './operations.ts';

export interface HarborRegistryOptions {
  readonly harbor: Harbor;
  /** The methods that sessions have: those that the functions of the program call. */
  readonly operations: Operations;
  readonly forget: Registry['forget'];
  /** True if `verify_ssl: false` weakens the connection: the log line of each request says so. */
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
      const { anonymous: isAnonymous } = session.caller;
      // The composition of a program gives it the operations that its functions call.
      const common = { isAnonymous, configs: session.manifests };
      return { ...common, ...operations(session) } as RegistrySession;
    },
    checkCredentials: harbor.checkCredentials,
    forget,
  };
}
