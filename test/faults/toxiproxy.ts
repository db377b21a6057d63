/** Toxiproxy between two parts of the service: https://github.com/Shopify/toxiproxy */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { freePort } from '../real/free-port.ts';
import { eventually } from '../support/eventually.ts';
import type { AtEnd } from '../support/folder.ts';

/** What a proxy does to the bytes in one direction. */
export interface Toxic {
  readonly type: 'latency' | 'bandwidth' | 'slow_close' | 'timeout' | 'reset_peer' | 'limit_data';
  /** `upstream`: requests; `downstream`: answers, which is the default. */
  readonly stream?: 'upstream' | 'downstream';
  /** Milliseconds, kilobytes a second or bytes, by the names of its README. */
  readonly attributes: Readonly<Record<string, number>>;
}

/** A proxy between a caller and one upstream. */
export interface ToxicProxy {
  readonly url: string;
  /** Adds what is to happen to all connections, those that are open too. */
  poison(toxic: Toxic): Promise<void>;
  /** Closes all connections, and refuses new ones. */
  down(): Promise<void>;
  /** Removes everything that was added, and accepts connections. */
  heal(): Promise<void>;
}

export interface Toxiproxy {
  /** @param upstream `http://127.0.0.1:PORT` */
  between(upstream: string): Promise<ToxicProxy>;
}

/** Starts the server. It ends with the test, unless `atEnd` says otherwise. */
export async function startToxiproxy(atEnd: AtEnd = onTestFinished): Promise<Toxiproxy> {
  const port = await freePort();
  const args = ['-host', '127.0.0.1', '-port', String(port)];
  const server = spawn('toxiproxy-server', args, { stdio: 'ignore' });
  const ended = once(server, 'close');
  atEnd(async () => {
    server.kill('SIGKILL');
    await ended;
  });

  async function ask(method: string, path: string, body?: object): Promise<unknown> {
    // A kept connection may be closed by the server at the moment at which it is used again.
    const headers = { connection: 'close' };
    const init = { method, headers, ...(body && { body: JSON.stringify(body) }) };
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, init);
    const text = await answer.text();
    if (!answer.ok) throw new Error(`toxiproxy: ${method} ${path}: ${answer.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  }

  await eventually(() => ask('GET', '/proxies'));
  return {
    async between(upstream) {
      const listen = `127.0.0.1:${await freePort()}`;
      const name = `to-${new URL(upstream).port}-on-${listen}`;
      const { host } = new URL(upstream);
      const path = `/proxies/${name}`;
      await ask('POST', '/proxies', { name, listen, upstream: host, enabled: true });
      let toxics: string[] = [];
      return {
        url: `http://${listen}`,
        poison: async ({ type, stream = 'downstream', attributes }) => {
          const toxic = `${type}-${toxics.length}`;
          toxics.push(toxic);
          await ask('POST', `${path}/toxics`, { name: toxic, type, stream, attributes });
        },
        down: async () => void (await ask('POST', path, { enabled: false })),
        heal: async () => {
          for (const toxic of toxics) await ask('DELETE', `${path}/toxics/${toxic}`);
          toxics = [];
          await ask('POST', path, { enabled: true });
        },
      };
    },
  };
}
