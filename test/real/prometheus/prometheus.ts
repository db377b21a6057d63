/** Debian's Prometheus and promtool. */
import { execFile, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { testFolder } from '../../support/folder.ts';
import { freePort } from '../free-port.ts';

/** One series of an instant query. */
interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

interface QueryAnswer {
  readonly data: {
    readonly result: readonly {
      readonly metric: Record<string, string>;
      readonly value: [number, string];
    }[];
  };
}

export interface Prometheus {
  /** Answers of its HTTP API, below `/api/v1/`. */
  api<Answer>(path: string): Promise<Answer>;
  query(expression: string): Promise<readonly Series[]>;
}

/** Starts it with the configuration in a folder of its own. It ends with the test. */
export async function startPrometheus(configuration: string): Promise<Prometheus> {
  const folder = testFolder();
  const path = join(folder, 'prometheus.yml');
  writeFileSync(path, configuration);
  const address = `127.0.0.1:${await freePort()}`;
  const options = ['--storage.tsdb.path', join(folder, 'data'), '--log.level=warn'];
  const child = spawn(
    'prometheus',
    ['--config.file', path, '--web.listen-address', address, ...options],
    { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let stderr = '';
  child.stderr.on('data', (text: Buffer) => (stderr += text));
  onTestFinished(() => void child.kill('SIGKILL'));
  await eventually(async () => {
    if (child.exitCode !== null) throw new Error(stderr);
    expect((await fetch(`http://${address}/-/ready`)).status).toBe(200);
  });
  const api = async <Answer>(call: string): Promise<Answer> => {
    const answer = await fetch(`http://${address}/api/v1/${call}`);
    return (await answer.json()) as Answer;
  };
  return {
    api,
    query: async (expression) => {
      const call = `query?query=${encodeURIComponent(expression)}`;
      const { data } = await api<QueryAnswer>(call);
      return data.result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
    },
  };
}

/** Runs promtool. @returns the exit code and everything that it wrote */
export async function promtool(
  args: readonly string[],
  options: { readonly cwd?: string; readonly input?: string } = {},
): Promise<{ readonly code: number; readonly output: string }> {
  const running = promisify(execFile)('promtool', args, { cwd: options.cwd });
  running.child.stdin?.end(options.input ?? '');
  return running.then(
    ({ stdout, stderr }) => ({ code: 0, output: stdout + stderr }),
    ({ code, stdout, stderr }) => ({ code, output: stdout + stderr }),
  );
}
