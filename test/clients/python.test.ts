import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Demo, SECRETS, startDemo } from './demo.ts';
import { CLIENTS, GENERATED, OPENAPI_DOCUMENT, PYTHON_BIN } from './folders.ts';

const execute = promisify(execFile);
const PROGRAM = join(CLIENTS, 'python/every_endpoint.py');
const environment = {
  ...process.env,
  PYTHONPATH: GENERATED,
  MYPYPATH: GENERATED,
  TOKEN: SECRETS.token,
  HARBOR_WEBHOOK: SECRETS.harborWebhook,
  INVOKE: SECRETS.invoke,
};
let demo: Demo;

beforeAll(async () => {
  demo = await startDemo();
  await demo.startLastNode();
});
afterAll(() => demo?.stop());

it('type-checks a program that uses every operation with the strict options of mypy', async () => {
  // The code that is the same in every generated client has type errors of its own.
  const args = ['--strict', '--follow-imports=silent', '--cache-dir', `${GENERATED}/mypy`, PROGRAM];
  const { stdout } = await execute(`${PYTHON_BIN}/mypy`, args, { env: environment });

  expect(stdout).toContain('Success: no issues found');
});

it('calls every operation of the document, and parses each answer as its class', async () => {
  const document = JSON.parse(readFileSync(OPENAPI_DOCUMENT, 'utf8')) as {
    readonly paths: Record<string, Record<string, { readonly operationId: string }>>;
  };
  const operations = Object.values(document.paths).flatMap((methods) =>
    Object.values(methods).map(({ operationId }) => snakeCase(operationId)),
  );

  const { stdout } = await execute(`${PYTHON_BIN}/python`, [PROGRAM, demo.url], {
    env: environment,
  });
  const called = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { operation: string; status: number; type: string });

  expect(called.map(({ operation }) => operation).toSorted()).toEqual(operations.toSorted());
  expect(new Set(called.map(({ status }) => status))).toEqual(new Set([200, 202]));
  expect(called.filter(({ type }) => ['NoneType', 'Problem', 'dict'].includes(type))).toEqual([]);
});

/** `listLocalImages` → `list_local_images`, as the generator names modules. */
function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
