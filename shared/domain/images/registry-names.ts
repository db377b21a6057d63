/** The names under which hosts pull from the registry. */
import type { Configuration } from '../../values/configuration/configuration.ts';

/** The registry's names in image references: `harbor_host` and `registry_aliases`. */
export function registryNames({
  harbor_config: { harbor_host, registry_aliases },
}: Pick<Configuration, 'harbor_config'>): readonly string[] {
  return harbor_host === null ? registry_aliases : [new URL(harbor_host).host, ...registry_aliases];
}
