/** The built service as a real process, as root or as another user, over a real configuration file. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs';
import { cp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port.ts';
import { PROJECT } from './project.ts';

/** The user and group ids of an account; root has 0 and 0. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

export const ROOT: Account = { uid: 0, gid: 0 };
/** `nobody` of Debian. */
export const NOBODY: Account = { uid: 65_534, gid: 65_534 };

export interface ServiceOptions {
  /** config.json but for host and port; a `local_socket` is made up where it has none. */
  readonly config: Readonly<Record<string, object>>;
  /** images_to_ignore.txt; default: none. */
  readonly ignoreList?: string;
  readonly account?: Account;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export class Service {
  readonly base: string;
  readonly localSocket: string;
  readonly #folder: string;
  readonly #process: ChildProcess;
  #stderr = '';

  private constructor(folder: string, { app_port, local_socket }: Address, account: Account) {
    this.base = `http://127.0.0.1:${app_port}`;
    this.localSocket = local_socket;
    this.#folder = folder;
    this.#process = spawn(process.execPath, ['single.js'], {
      ...account,
      cwd: folder,
      env: { PATH: process.env['PATH'] },
      stdio: ['ignore', 'inherit', 'pipe'],
    });
    this.#process.stderr?.on('data', (text: Buffer) => {
      this.#stderr += text.toString();
    });
  }

  /** Starts the service and returns when it serves. It is a copy, for users who cannot enter the project's folder. */
  static async start({ config, ignoreList, account = ROOT }: ServiceOptions): Promise<Service> {
    const port = await freePort();
    const folder = mkdtempSync(join(tmpdir(), 'image-api-service-'));
    // Others may enter the folder of the local socket, so that only its own mode stops them.
    chmodSync(folder, 0o711);
    chownSync(folder, account.uid, account.gid);
    for (const part of ['single.js', 'chunks']) {
      await cp(join(PROJECT, 'dist/start', part), join(folder, part), { recursive: true });
    }
    await writeFile(join(folder, 'package.json'), '{"type":"module"}');
    const app_config = {
      local_socket: join(folder, 'local.sock'),
      ...config['app_config'],
      app_host: '127.0.0.1',
      app_port: port,
    };
    await writeFile(join(folder, 'config.json'), JSON.stringify({ ...config, app_config }));
    if (ignoreList !== undefined) {
      await writeFile(join(folder, 'images_to_ignore.txt'), ignoreList);
    }
    const service = new Service(folder, app_config, account);
    await service.#serving().catch(async (err) => {
      await service.stop();
      throw err;
    });
    return service;
  }

  /** A request by a program of that account (curl), so that the socket is the account's own. */
  async request(method: string, path: string, options: RequestOptions = {}): Promise<Answer> {
    return await curl(method, `${this.base}${path}`, options);
  }

  /** The same over its local socket. */
  async overLocalSocket(method: string, path: string, account = ROOT): Promise<Answer> {
    return await curl(method, `http://localhost${path}`, { account, socket: this.localSocket });
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      const ended = once(this.#process, 'exit');
      this.#process.kill('SIGTERM');
      await ended;
    }
    rmSync(this.#folder, { recursive: true });
  }

  async #serving(): Promise<void> {
    for (let attempt = 0; attempt < 200 && this.#process.exitCode === null; attempt += 1) {
      const answer = await fetch(`${this.base}/livez`).catch(() => null);
      if (answer?.ok) return;
      await sleep(50);
    }
    throw new Error(`the service does not serve:\n${this.#stderr}`);
  }
}

interface Address {
  readonly app_port: number;
  readonly local_socket: string;
}

export interface RequestOptions {
  readonly account?: Account;
  /** A unix socket to use instead of TCP. */
  readonly socket?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One request by curl, run as the account; the body is parsed as JSON. */
export async function curl(
  method: string,
  url: string,
  { account = ROOT, headers = {}, socket }: RequestOptions = {},
): Promise<Answer> {
  const given = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  const over = socket === undefined ? [] : ['--unix-socket', socket];
  const options = ['-sS', '--max-time', '30', '-X', method, ...over, ...given];
  const args = [...options, '-w', '\n%{http_code}', url];
  return await new Promise((resolve, reject) => {
    execFile('curl', args, { ...account, cwd: '/' }, (error, stdout, stderr) => {
      if (error) return reject(new Error(`${error.message}${stderr}`));
      const end = stdout.lastIndexOf('\n');
      resolve({ status: Number(stdout.slice(end)), body: JSON.parse(stdout.slice(0, end)) });
    });
  });
}
