/** The problem of a node, which names it. */
import { Problem } from '../values/problem.ts';

export class NodeProblem extends Problem {
  readonly reason: string;

  /** @param cause the problem of the reading, whose code and headers it keeps */
  constructor(node: string, { code, message, headers, cause }: Problem) {
    super(code, `Node ${node}: ${message}`, { headers, cause });
    this.reason = message;
  }
}

/** The detail of a node's problem, for a sentence that names the node already. */
export function reasonWithoutNode(problem: Problem): string {
  return problem instanceof NodeProblem ? problem.reason : problem.message;
}
