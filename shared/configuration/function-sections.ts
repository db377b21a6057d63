/** The sections of the configuration that each function uses. */
import type { SectionName } from './schema.ts';
import type { FunctionName } from './values.ts';

const HOST: readonly SectionName[] = ['bridge_config', 'crictl_config'];
const NODES: readonly SectionName[] = [...HOST, 'nodes_config'];
const NODES_AND_HARBOR: readonly SectionName[] = [...NODES, 'harbor_config', 'webhook_config'];

/**
 * The sections of each function in addition to app_config. No process reads a secret that it does not use;
 * `registry_aliases`, which tells Harbor's images on nodes, is in webhook_config.
 */
export const FUNCTION_SECTIONS: Readonly<Record<FunctionName, readonly SectionName[]>> = {
  'local-images': HOST,
  'harbor-projects': ['harbor_config'],
  'harbor-repositories': ['harbor_config'],
  'harbor-artifacts': ['harbor_config'],
  'delete-harbor-artifact': [...NODES, 'harbor_config', 'delete_config'],
  images: [...HOST, 'harbor_config'],
  nodes: NODES,
  'node-images': NODES,
  compare: NODES,
  usage: NODES_AND_HARBOR,
  drift: NODES_AND_HARBOR,
  'harbor-unused': [...NODES, 'harbor_config'],
  'deletion-plan': [...NODES, 'harbor_config', 'delete_config'],
  'harbor-cleanup': [...NODES, 'harbor_config', 'delete_config', 'cleanup_config'],
  journal: ['delete_config'],
  health: [...HOST, 'harbor_config'],
  openapi: [],
  'harbor-webhook': NODES_AND_HARBOR,
  'webhook-invoke': [...NODES_AND_HARBOR, 'delete_config', 'cleanup_config'],
};
