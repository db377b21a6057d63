import { createServer } from 'node:net';

/** From 32768 on the kernel gives ports to outgoing connections, which would take one meanwhile. */
const LOWEST = 10_000;
const HIGHEST = 32_000;

let next = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));

/** A port of 127.0.0.1 that is free, and that no other call in this process gets. */
export async function freePort(): Promise<number> {
  for (;;) {
    next = next < HIGHEST ? next + 1 : LOWEST;
    const port = next;
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const free = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => resolve(true));
  });
  if (free) await new Promise((resolve) => server.close(resolve));
  return free;
}
