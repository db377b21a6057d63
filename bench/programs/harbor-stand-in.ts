/** A generated registry behind the Harbor stand-in. */
import { comparisonRegistry, manyRepositories, oneRepository } from '../../demo/harbor/generate.ts';
import { createHarborStandIn } from '../../demo/harbor/stand-in.ts';
import { optionsOf, say } from '../answering.ts';

const { latencyMs, registry } = optionsOf<{
  latencyMs: number;
  registry: { artifacts: number } | { repositories: number } | 'comparison';
}>();
const standIn = createHarborStandIn({
  latencyMs,
  registry:
    registry === 'comparison'
      ? comparisonRegistry()
      : 'artifacts' in registry
        ? oneRepository(registry.artifacts)
        : manyRepositories(registry.repositories),
});
const { url } = await standIn.listen();
// The stand-in records its calls for tests. Here they would only fill the memory.
setInterval(() => standIn.calls.splice(0), 1000).unref();
say(url);
