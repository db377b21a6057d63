/**
 * A machine with a real systemd: booted in a container that shares this machine's network and Node,
 * with a file system whose changes are dropped afterwards.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { baseSystem, type Suite } from './base-system.ts';

const execute = promisify(execFile);
const NPM = '/usr/local/lib/node_modules/npm';
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';

export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

export interface MachineOptions {
  /** Folders of this machine that the other one sees, `HOST:MACHINE`, read-only. */
  readonly binds: readonly string[];
  /** By default bookworm. */
  readonly suite?: Suite;
}

export class Machine {
  readonly #process: ChildProcess;
  readonly #init: number;

  private constructor(process: ChildProcess, init: number) {
    this.#process = process;
    this.#init = init;
  }

  /** Boots and returns when systemd has started everything. */
  static async boot({ binds, suite = 'bookworm' }: MachineOptions): Promise<Machine> {
    const { stdout: npm } = await execute('npm', ['root', '--global']);
    const shared = [
      `--bind-ro=${process.execPath}`,
      `--bind-ro=${await realpath(`${npm.trim()}/npm`)}:${NPM}`,
      `--bind-ro=${dirname(CERTIFICATES)}`,
      ...binds.map((bind) => `--bind-ro=${bind}`),
    ];
    const child = spawn(
      'systemd-nspawn',
      [
        ...['--quiet', '--register=no', '--keep-unit', '--boot', '--console=pipe'],
        ...['--volatile=overlay', '--machine=image-api-test', '-D', await baseSystem(suite)],
        ...shared,
      ],
      // It complains about the volatile file system at the end; what matters shows in `#started`.
      { stdio: 'ignore' },
    );
    const machine = new Machine(child, await firstChild(child));
    await machine.#started();
    await machine.run(`
      ln -sf ${NPM}/bin/npm-cli.js /usr/local/bin/npm
      [ -x /usr/local/bin/node ] || ln -s ${process.execPath} /usr/local/bin/node
      echo npm_config_cafile=${CERTIFICATES} >> /etc/environment
    `);
    return machine;
  }

  /** Runs a shell script as root on the machine; throws when it fails. */
  async run(script: string): Promise<string> {
    const outcome = await this.attempt(script);
    if (outcome.code === 0) return outcome.stdout;
    throw new Error(`exit code ${outcome.code} of\n${script}\n${outcome.stdout}${outcome.stderr}`);
  }

  /** Runs a shell script as root on the machine, with any exit code. */
  async attempt(script: string): Promise<Outcome> {
    const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
    const into = ['-t', String(this.#init), '-m', '-p', '-u', '-i', '-n'];
    const clean = ['env', '-i', `PATH=${path}`, 'HOME=/root', 'LANG=C.UTF-8'];
    return await new Promise((resolve) => {
      execFile(
        'nsenter',
        [...into, ...clean, 'sh', '-ec', script],
        { cwd: '/', maxBuffer: 64 * 1024 * 1024 },
        (error, stdout, stderr) => resolve({ stdout, stderr, code: Number(error?.code ?? 0) }),
      );
    });
  }

  /** Shuts the machine down; nothing of it is left. */
  async powerOff(): Promise<void> {
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGTERM');
    await ended;
  }

  async #started(): Promise<void> {
    let state = '';
    for (let attempt = 0; attempt < 300; attempt += 1) {
      state = (await this.attempt('systemctl is-system-running')).stdout.trim();
      if (state === 'running' || state === 'degraded') return;
      await sleep(100);
    }
    await this.powerOff();
    throw new Error(`systemd did not finish booting: ${state}`);
  }
}

/** The machine's own process 1: the only child of systemd-nspawn once it has set everything up. */
async function firstChild(child: ChildProcess): Promise<number> {
  for (let attempt = 0; attempt < 300 && child.exitCode === null; attempt += 1) {
    const children = await readFile(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8');
    const [pid] = children.trim().split(' ');
    if (pid && (await realpath(`/proc/${pid}/exe`).catch(() => '')).endsWith('/systemd/systemd')) {
      return Number(pid);
    }
    await sleep(100);
  }
  throw new Error(`systemd-nspawn did not start a machine (exit code ${child.exitCode})`);
}
