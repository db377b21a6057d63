/**
 * When a node may leave the configuration. A node that cannot be read may run anything: without it, the service would
 * take what only this node runs as unused.
 */
export const REMOVE_ONLY_IF_GONE =
  'Remove a node from nodes_config.nodes or DNS only if it no longer exists.';
