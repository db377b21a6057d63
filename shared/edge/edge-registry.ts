/** The registry of a function that is deployed on its own: each request reads for itself. */
import { createPlainRegistry } from '../adapters/harbor/plain-registry.ts';
import type { RegistryReader } from '../ports/registry-reader.ts';

export function edgeRegistry(): RegistryReader {
  return createPlainRegistry();
}
