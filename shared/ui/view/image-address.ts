/** The address of an image's artifact page, for images that nodes list. */
import { placeOf } from '../../domain/images/image-names.ts';
import { registryNames } from '../../domain/images/registry-names.ts';
import type { FunctionContext } from '../../http/function.ts';
import { parseImageName } from '../../values/image-name.ts';
import { artifactAddress } from './links.ts';

export interface NamedDigest {
  /** With tag or digest, as the runtime has it; null if it has none. */
  readonly name: string | null;
  /** Preferred to the tag, which may have moved. */
  readonly digest: string | null;
}

/** Undefined for an image that Harbor cannot have under this name. */
export function imageAddress(
  c: FunctionContext,
  { name, digest }: NamedDigest,
): string | undefined {
  if (name === null) return undefined;
  const { repository, tag } = parseImageName(name);
  const place = placeOf(repository, registryNames(c.get('services').configuration));
  const reference = digest ?? tag;
  if (typeof place === 'string' || reference === null) return undefined;
  return artifactAddress({ ...place, reference });
}
