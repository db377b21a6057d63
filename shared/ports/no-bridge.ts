/** The bridge of a service that has none: every read says how to configure one. Web standard. */
import { Problem } from '../values/problem.ts';
import type { Bridge } from './bridge.ts';

async function refuse(): Promise<never> {
  throw new Problem(
    'bridge_unavailable',
    'No bridge is configured here: set bridge_config.bridge_url to the bridge of the host.',
  );
}

export const noBridge: Bridge = {
  configured: false,
  images: refuse,
  containers: refuse,
  node: refuse,
  runtimeExpected: () => false,
};
