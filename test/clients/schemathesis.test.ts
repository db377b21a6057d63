/** schemathesis: calls made from the OpenAPI document, valid ones and invalid ones, with every check that it has. */
import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Demo, SECRETS, startDemo } from './demo.ts';
import { CLIENTS, OPENAPI_DOCUMENT, PYTHON_BIN } from './folders.ts';

/** Calls of an operation in each phase that makes them at random. */
const EXAMPLES = process.env['SCHEMATHESIS_EXAMPLES'] ?? '8';
const SEED = process.env['SCHEMATHESIS_SEED'] ?? '1';
const FOLDER = join(CLIENTS, 'schemathesis');

let demo: Demo;

beforeAll(async () => {
  demo = await startDemo({ READ_TOKEN: 'demo-reading-token' });
  await demo.startLastNode();
});
afterAll(async () => {
  await demo?.stop();
  rmSync(join(FOLDER, '.schemathesis'), { recursive: true, force: true });
});

it('finds nothing with a token that may read and delete', async () => {
  const { code, output } = await schemathesis('--header', `Authorization: Bearer ${SECRETS.token}`);

  expect(output).toContain('Stateful');
  expect(code, output).toBe(0);
}, 900_000);

it('finds nothing without a token', async () => {
  const { code, output } = await schemathesis('--phases', 'examples,fuzzing');

  expect(output).toContain('Fuzzing');
  expect(code, output).toBe(0);
}, 300_000);

async function schemathesis(
  ...options: readonly string[]
): Promise<{ readonly code: number | string; readonly output: string }> {
  const target = [OPENAPI_DOCUMENT, '--url', demo.url];
  const amount = ['--max-examples', EXAMPLES, '--seed', SEED];
  const args = ['--config-file', 'schemathesis.toml', 'run', ...target, ...amount, ...options];
  // `hooks` of the configuration is a module of this folder.
  const env = { ...process.env, PYTHONPATH: FOLDER, PYTHONDONTWRITEBYTECODE: '1' };
  return await new Promise((resolve) => {
    execFile(`${PYTHON_BIN}/st`, args, { cwd: FOLDER, env }, (err, stdout, stderr) =>
      resolve({ code: err?.code ?? 0, output: stdout + stderr }),
    );
  });
}
