/** The bridge of a function that is deployed on its own: over HTTP, with `fetch` alone. */

import { createBridgeClient } from '../adapters/bridge-client/bridge-client.ts';
import { BRIDGE_KEYS } from '../adapters/bridge-client/bridge-failure.ts';
import { getByFetch } from '../adapters/bridge-client/bridge-get.ts';
import {
  type BridgeTarget,
  commonCaFile,
  nameOfAddress,
} from '../domain/nodes/configured-nodes.ts';
import type { Bridge } from '../ports/bridge.ts';
import { noBridge } from '../ports/no-bridge.ts';
import { Problem } from '../values/problem.ts';
import type { EdgeContext } from './edge.ts';

/** The bridge of `bridge_config`. */
export function edgeBridge({ configuration: { bridge_config } }: EdgeContext): Bridge {
  const { bridge_url: address, bridge_token: token, bridge_timeout_ms } = bridge_config;
  if (address === null) return noBridge;
  return bridgeAt({ address, token, caFile: commonCaFile(bridge_config) }, bridge_timeout_ms);
}

/** Settings that need Node are refused when the bridge is called, so that functions that do not call it work. */
export function bridgeAt(
  { address, token, caFile, keys = BRIDGE_KEYS }: BridgeTarget,
  timeoutMs: number,
): Bridge {
  if (address.kind === 'unix') return unsupportedBridge(`a unix socket as ${keys.url}`);
  if (caFile !== null) return unsupportedBridge(caFile.key);
  return createBridgeClient({
    url: address.url,
    name: nameOfAddress(address),
    token,
    get: getByFetch((input, init) => fetch(input, init)),
    timeoutMs,
    keys: { ...keys, caFile: null },
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
