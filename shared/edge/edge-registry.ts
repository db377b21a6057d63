/** The registry of a function that is deployed on its own: each request reads for itself. */
import { createPlainRegistry } from '../registry/plain-registry.ts';
import type { RegistryReader } from '../registry/registry-reader.ts';

export function edgeRegistry(): RegistryReader {
  return createPlainRegistry();
}
