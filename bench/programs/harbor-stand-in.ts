/** A generated registry behind the Harbor stand-in. */
import { comparisonRegistry, manyRepositories, oneRepository } from '../../demo/harbor/generate.ts';
import type { Registry } from '../../demo/harbor/registry.ts';
import { createHarborStandIn } from '../../demo/harbor/stand-in.ts';
import { optionsOf, say } from '../answering.ts';
import { fleetRegistry } from '../fleet-world.ts';
import type { HarborOptions } from '../harbor.ts';

const { latencyMs, registry } = optionsOf<HarborOptions>();
const standIn = createHarborStandIn({ latencyMs, registry: registryOf(registry) });
const { url } = await standIn.listen();
// The stand-in records its calls for tests. Here they would only fill the memory.
setInterval(() => standIn.calls.splice(0), 1000).unref();
say(url);

function registryOf(size: HarborOptions['registry']): Registry {
  if (size === 'comparison') return comparisonRegistry();
  if ('nodes' in size) return fleetRegistry(size);
  return 'artifacts' in size ? oneRepository(size.artifacts) : manyRepositories(size.repositories);
}
