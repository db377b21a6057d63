/** A way to a service that breaks as a network or a killed process does, and leads to another service later. */
import { connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Breakable {
  readonly url: string;
  /** Cuts all connections, and refuses new ones. */
  cut(): void;
  /** Leads to the service at this address from now on. */
  leadTo(url: string): void;
}

/** Leads to the service at `url`. It ends with the test. */
export async function breakable(url: string): Promise<Breakable> {
  const sockets = new Set<Socket>();
  let port: number | null = Number(new URL(url).port);
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  };
  const cut = (): void => {
    port = null;
    for (const socket of sockets) socket.destroy();
  };
  const server = createServer((socket) => {
    keep(socket);
    if (port === null) return void socket.destroy();
    const onward = connect(port, '127.0.0.1');
    keep(onward);
    socket.pipe(onward).pipe(socket);
    // Neither end outlives the other.
    socket.on('close', () => onward.destroy());
    onward.on('close', () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    cut();
    server.close();
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('it does not listen');
  return {
    url: `http://127.0.0.1:${address.port}`,
    cut,
    leadTo(other) {
      port = Number(new URL(other).port);
    },
  };
}
