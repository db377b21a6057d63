/** The images of all nodes that have no repository digest, and those of containers that only their ids name. */
import type { KnownConfigs } from '../../ports/registry.ts';
import { parseImageName } from '../../values/image-name.ts';
import { type Holder, isInUse } from './holder.ts';
import { repositoriesOf } from './image-names.ts';

/** An artifact whose configurations are not known may be any of these images, whatever their names are. */
export interface BareImages {
  readonly ids: ReadonlySet<string>;
  /** Tells whether one of them has a name of this repository, or the pod of a container named it so. */
  readonly isNamed: (repository: string) => boolean;
  /**
   * Finds those that an artifact of the repository may be if its configurations are not known: of each id one holder.
   * An image whose id is a known configuration may be other artifacts with this configuration that it is named after.
   */
  readonly doubtsIn: (repository: string, configs: KnownConfigs) => readonly Holder[];
}

/** A holder, with the names of its image. */
export interface BareImage {
  readonly id: string;
  readonly holder: Holder;
  readonly names: readonly string[];
}

export function bareImages(all: readonly BareImage[]): BareImages {
  const byId = new Map<string, Holder>();
  const idsByRepository = new Map<string, Set<string>>();
  for (const { id, holder, names } of all) {
    const other = byId.get(id);
    if (other === undefined || isLess(other, holder)) byId.set(id, { ...holder, isDoubtful: true });
    for (const at of names.flatMap((name) => repositoriesOf(parseImageName(name).repository))) {
      idsByRepository.set(at, (idsByRepository.get(at) ?? new Set()).add(id));
    }
  }
  return {
    ids: new Set(byId.keys()),
    isNamed: (repository) => idsByRepository.has(repository),
    doubtsIn: (repository, configs) => {
      const named = idsByRepository.get(repository);
      return [...byId]
        .filter(([id]) => !configs.hasId(id) || named?.has(id))
        .map(([, holder]) => holder);
    },
  };
}

/** A holder that is in use says more than one that is not. */
function isLess(one: Holder, other: Holder): boolean {
  return !isInUse(one) && isInUse(other);
}
