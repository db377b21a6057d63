/** The demo as a process, for clients in other languages. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { freePort } from '../real/free-port.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

/** The secrets of the demo, and of the webhooks that it does not configure by itself. */
export const SECRETS = {
  token: 'demo-write-token',
  harborWebhook: 'harbor-webhook-of-the-clients',
  invoke: Buffer.from('24 bytes for the clients').toString('base64'),
} as const;

export interface Demo {
  readonly url: string;
  /** Starts the node that is down, so that every node can be read. */
  startLastNode(): Promise<void>;
  stop(): Promise<void>;
}

/** @param environment beside the secrets */
export async function startDemo(environment: Readonly<Record<string, string>> = {}): Promise<Demo> {
  const port = await freePort();
  const child = spawn(process.execPath, ['--import', 'tsx', 'start/demo.ts'], {
    cwd: PROJECT,
    env: {
      ...process.env,
      APP_PORT: String(port),
      HARBOR_WEBHOOK_TOKEN: SECRETS.harborWebhook,
      INVOKE_SECRET: SECRETS.invoke,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  await new Promise<void>((resolve, reject) => {
    const read = (text: Buffer): void => {
      output += text.toString();
      if (output.includes('Ctrl-C')) resolve();
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => reject(new Error(`the demo ended with ${code}:\n${output}`)));
  });
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    startLastNode: async () => {
      const { status } = await fetch(`${url}/demo/node-3/start`, { method: 'POST' });
      if (status !== 200) throw new Error(`node-3 does not start: ${status}`);
    },
    stop: async () => {
      if (child.exitCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}
