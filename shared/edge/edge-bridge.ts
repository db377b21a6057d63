/** The bridge of a function that is deployed on its own: over HTTP, with `fetch` alone. */

import { createBridgeClient } from '../adapters/bridge-client/bridge-client.ts';
import { BRIDGE_KEYS } from '../adapters/bridge-client/bridge-failure.ts';
import { getByFetch } from '../adapters/bridge-client/bridge-get.ts';
import type { Bridge } from '../ports/bridge.ts';
import { noBridge } from '../ports/no-bridge.ts';
import { Problem } from '../values/problem.ts';
import type { EdgeContext } from './edge.ts';

/** Settings that need Node are refused when the bridge is called, so that functions that do not call it work. */
export function edgeBridge({ configuration }: EdgeContext): Bridge {
  const { bridge_url, bridge_token, bridge_ca_file, bridge_timeout_ms } =
    configuration.bridge_config;
  if (bridge_url === null) return noBridge;
  if (bridge_url.kind === 'unix')
    return unsupportedBridge('a unix socket as bridge_config.bridge_url');
  if (bridge_ca_file !== null) return unsupportedBridge('bridge_config.bridge_ca_file');
  return createBridgeClient({
    url: bridge_url.url,
    name: new URL(bridge_url.url).origin,
    token: bridge_token,
    get: getByFetch((input, init) => fetch(input, init)),
    timeoutMs: bridge_timeout_ms,
    keys: { ...BRIDGE_KEYS, caFile: null },
  });
}

/** A bridge whose reads all reject. @param what the setting that this runtime cannot use */
export function unsupportedBridge(what: string): Bridge {
  const refuse = async (): Promise<never> => {
    throw new Problem(
      'unsupported_here',
      `This runtime cannot use ${what}. Give the bridge an https address with a ` +
        'certificate of a public authority, or run the service on Node.',
    );
  };
  return {
    configured: true,
    images: refuse,
    containers: refuse,
    node: refuse,
    runtimeExpected: () => true,
  };
}
