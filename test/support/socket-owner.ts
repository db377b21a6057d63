/** A process that listens on the unix socket it is given, says so to its parent, and waits. */
import { createServer } from 'node:net';
import { listenOnUnixSocket } from '../../shared/node/http/unix-socket.ts';

await listenOnUnixSocket(
  process.argv[2] ?? '',
  (target) =>
    new Promise((resolve) => {
      const server = createServer().listen(target, () => resolve(server));
    }),
);
process.send?.('listening');
