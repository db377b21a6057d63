/** The README's first command, in a fresh clone. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePort } from './free-port.ts';
import { checkOut, readmeCommands } from './project.ts';

const execute = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'image-api-demo-'));
let demo: ChildProcess;
let base = '';
let output = '';

beforeAll(async () => {
  const port = await freePort();
  base = `http://127.0.0.1:${port}`;
  await checkOut(folder);
  demo = spawn('sh', ['-ec', readmeCommands('demo').join('\n')], {
    cwd: folder,
    env: { ...process.env, APP_PORT: String(port) },
    // A group of its own, so that npm's children end with it.
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve, reject) => {
    demo.stdout?.on('data', (text: Buffer) => {
      output += text.toString();
      if (output.includes('Ctrl-C')) resolve();
    });
    demo.once('exit', (code) => reject(new Error(`the demo ended with ${code}:\n${output}`)));
  });
});
afterAll(async () => {
  if (demo?.pid !== undefined && demo.exitCode === null) {
    const ended = once(demo, 'close');
    process.kill(-demo.pid, 'SIGTERM');
    await ended;
  }
  rmSync(folder, { recursive: true });
});

it('serves the host and the registry', async () => {
  const images = await fetch(`${base}/local-images`);
  const projects = await fetch(`${base}/harbor/projects`);

  expect([images.status, projects.status]).toEqual([200, 200]);
  expect(((await images.json()) as unknown[]).length).toBeGreaterThan(5);
  expect(((await projects.json()) as unknown[]).length).toBeGreaterThan(2);
});

it('prints curl lines that work as they are, one after another', async () => {
  const lines = output.split('\n').filter((line) => line.trim().startsWith('curl '));
  const answers: string[] = [];
  for (const line of lines) {
    const { stdout } = await execute('sh', ['-ec', `${line} --fail`]);
    answers.push(stdout);
  }

  expect(lines).toHaveLength(10);
  expect(answers.filter((answer) => answer === '')).toEqual([]);
});

it('serves the shell client of the old service, which reads it with jq', async () => {
  const ask = async (expression: string) => {
    const command = `curl -s --fail ${base}/images | jq -c '${expression}'`;
    const { stdout } = await execute('sh', ['-ec', command]);
    return stdout
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
  };
  const local = await ask('.containerd_images[] | [.repository, .tag, .image_id[0:12], .size]');
  const harbor = await ask('.harbor_images[] | [.repository, .tag, .digest[0:12], .size]');

  expect(local).toContainEqual([
    'registry.example.test:9443/releases/gateway',
    'v3.2.0',
    '791831bc898f',
    '48.8MB',
  ]);
  expect(harbor).toContainEqual(['archive', 'final', 'sha256:b3787', '40MB']);
});
