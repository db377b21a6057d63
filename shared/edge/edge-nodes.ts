/** The nodes of a function that is deployed on its own: each request asks all bridges. */
import type { Nodes } from '../nodes/nodes.ts';
import type { EdgeContext } from './edge.ts';

/** Placeholder. */
export function edgeNodes(_context: EdgeContext): Nodes {
  const refuse = async (): Promise<never> => {
    throw new Error('not yet');
  };
  return { configured: false, read: refuse, readOne: refuse, names: refuse };
}
