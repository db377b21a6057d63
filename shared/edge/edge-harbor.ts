/** The Harbor client of a function that is deployed on its own. */
import type { Harbor } from '../adapters/harbor/client.ts';
import { harborOf } from '../adapters/harbor-options.ts';
import { sleep } from '../values/sleep.ts';
import type { EdgeContext } from './edge.ts';

/** The runtime's own `fetch` does not support `ca_file` and `verify_ssl`. With these keys, calls are `unsupported_here`. */
export function edgeHarbor({ configuration, logger }: EdgeContext): Harbor {
  return harborOf(configuration, { fetch: (input, init) => fetch(input, init), sleep, logger });
}
