import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Demo, SECRETS, startDemo } from './demo.ts';
import { CLIENTS, NODE_BIN, OPENAPI_DOCUMENT } from './folders.ts';
import { clientOf, everyEndpoint, missingRepository } from './typescript/every-endpoint.ts';

let demo: Demo;

beforeAll(async () => {
  demo = await startDemo();
  await demo.startLastNode();
});
afterAll(() => demo?.stop());

it('compiles a program that uses every operation with the strict options of TypeScript', () => {
  const compile = () =>
    execFileSync(`${NODE_BIN}/tsc`, ['-p', 'typescript'], { cwd: CLIENTS, encoding: 'utf8' });

  expect(compile()).toBe('');
});

it('calls every operation of the document, and each succeeds', async () => {
  const document = JSON.parse(readFileSync(OPENAPI_DOCUMENT, 'utf8')) as {
    readonly paths: Record<string, Record<string, { readonly operationId: string }>>;
  };
  const operations = Object.values(document.paths).flatMap((methods) =>
    Object.values(methods).map(({ operationId }) => operationId),
  );

  const called = await everyEndpoint({ url: demo.url, ...SECRETS, sign });

  expect(called.map(({ operation }) => operation).toSorted()).toEqual(operations.toSorted());
  expect(new Set(called.map(({ status }) => status))).toEqual(new Set([200, 202]));
});

it('gives the code of a problem as a value of the enum', async () => {
  const problem = await missingRepository(clientOf({ url: demo.url, token: SECRETS.token }));

  expect(problem).toMatchObject({ code: 'harbor_not_found', status: 404 });
});

function sign(body: string) {
  const at = new Date();
  return {
    'webhook-id': 'msg_of_the_typescript_client',
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(SECRETS.invoke).sign('msg_of_the_typescript_client', at, body),
  };
}
