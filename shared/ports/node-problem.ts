/** The problem of a node, which names it. */
import { Problem } from '../values/problem.ts';

export class NodeProblem extends Problem {
  /** The detail without the name of the node. */
  readonly reason: string;

  /** @param cause the problem of the reading, whose code and headers it keeps */
  constructor(node: string, { code, message, headers, cause }: Problem) {
    super(code, `Node ${node}: ${message}`, { headers, cause });
    this.reason = message;
  }
}
