/** The account of a service in Harbor, and registries that have it. */
import { Registry } from '../../demo/harbor/registry.ts';
import type { ProjectSeed } from '../../demo/harbor/seed.ts';

const KEEPER = { name: 'keeper', password: 'keeper-password' } as const;

/** The account in the configuration of the service. */
export const LOGIN = { harbor_username: KEEPER.name, harbor_password: KEEPER.password };

/** A registry in which it may change every project that does not say otherwise. */
export function keptRegistry(
  projects: readonly ProjectSeed[],
  kind: 'user' | 'admin' = 'user',
): Registry {
  const members = { [KEEPER.name]: 'maintainer' } as const;
  return new Registry({
    accounts: [{ ...KEEPER, kind }],
    projects: projects.map((project) => ({ members, ...project })),
  });
}
