/** Steady traffic from several clients, which distinguishes a refused connection from a lost request. */
import { Agent, get } from 'node:http';

export interface Traffic {
  /** Resolves when so many requests were answered. */
  answered(count: number): Promise<void>;
  /** Waits for the running requests, sends no more, and returns the result. */
  stop(): Promise<{ readonly statuses: ReadonlySet<number>; readonly lost: readonly string[] }>;
}

/**
 * Sends requests for `url`, each client one after the other on a kept connection of its own, until
 * stopped or refused. Lost is a request that went out and got no whole answer. (A new connection
 * for each request would measure the kernel: what waits to be accepted is reset when the listening
 * socket is closed.)
 */
export function load(url: string, { connections }: { readonly connections: number }): Traffic {
  const statuses = new Set<number>();
  const lost: string[] = [];
  let stopped = false;
  let count = 0;
  let counted = (): void => undefined;

  const client = async (): Promise<void> => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (;;) {
      const outcome = stopped ? 'ECONNREFUSED' : await request(url, agent);
      if (outcome === 'ECONNREFUSED') return agent.destroy();
      if (typeof outcome === 'string') lost.push(outcome);
      else statuses.add(outcome);
      count += 1;
      counted();
    }
  };
  const clients = Array.from({ length: connections }, client);

  return {
    answered: (enough) =>
      new Promise((resolve) => {
        counted = () => (count >= enough ? resolve() : undefined);
      }),
    stop: async () => {
      stopped = true;
      await Promise.all(clients);
      return { statuses, lost };
    },
  };
}

/** The status of a whole answer, or what went wrong. */
async function request(url: string, agent: Agent): Promise<number | string> {
  return await new Promise((resolve) => {
    const failed = (error: NodeJS.ErrnoException): void => resolve(error.code ?? error.message);
    get(url, { agent }, (answer) => {
      answer.on('error', failed);
      answer.on('end', () => resolve(answer.complete ? (answer.statusCode ?? 0) : 'cut off'));
      answer.resume();
    }).on('error', failed);
  });
}
