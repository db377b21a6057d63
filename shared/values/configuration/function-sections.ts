/** The sections of the configuration that each function uses. */

import type { FunctionName } from './function-names.ts';
import type { SectionName } from './schema.ts';

const HOST: readonly SectionName[] = ['bridge_config', 'crictl_config'];
const NODES: readonly SectionName[] = [...HOST, 'nodes_config'];
const NODES_AND_HARBOR: readonly SectionName[] = [...NODES, 'harbor_config'];

/** The sections of each function in addition to app_config. No process reads a secret that it does not use. */
export const FUNCTION_SECTIONS: Readonly<Record<FunctionName, readonly SectionName[]>> = {
  'local-images': HOST,
  'harbor-projects': ['harbor_config'],
  'harbor-repositories': ['harbor_config'],
  'harbor-artifacts': ['harbor_config'],
  'delete-harbor-artifact': [...NODES_AND_HARBOR, 'delete_config'],
  images: [...HOST, 'harbor_config'],
  nodes: NODES,
  'node-images': NODES,
  compare: NODES,
  usage: NODES_AND_HARBOR,
  drift: NODES_AND_HARBOR,
  'harbor-unused': NODES_AND_HARBOR,
  'deletion-plan': [...NODES_AND_HARBOR, 'delete_config'],
  'harbor-cleanup': [...NODES_AND_HARBOR, 'delete_config', 'cleanup_config'],
  journal: ['delete_config'],
  ui: [...NODES_AND_HARBOR, 'delete_config', 'cleanup_config', 'ui_config'],
  health: [...HOST, 'harbor_config'],
  openapi: [],
  metrics: ['metrics_config'],
  'harbor-webhook': [...NODES_AND_HARBOR, 'webhook_config'],
  'webhook-invoke': [...NODES_AND_HARBOR, 'webhook_config', 'delete_config', 'cleanup_config'],
};
