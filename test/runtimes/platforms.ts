/** The runtimes as npm installs them, each started by what deploy/ and start/ have for it. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sendTo } from '../contract/answers.ts';
import type { Deployed } from '../contract/suite.ts';
import { freePort } from '../real/free-port.ts';
import { type Program, startProgram } from './processes.ts';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MODULES = join(ROOT, 'test/runtimes/node_modules');

/** With `NODE_EXTRA_CA_CERTS`, the file of an authority, every runtime trusts it. */
type Environment = Readonly<Record<string, string>>;
export type Start = (what: Deployed, environment: Environment) => Promise<Program>;

/** `harbor-projects` is `harborProjects` in image-api.capnp; the router is its `config`. */
function constantOf(what: Deployed): string {
  if (what === 'router') return 'config';
  return what.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

/** Serves what a capnp file's constant says on a free port. */
export function serveWorkerd(file: string, constant: string, environment: Environment = {}) {
  const flags = ['--socket-addr=http=127.0.0.1:0', '--control-fd=3'];
  return startProgram({
    command: join(MODULES, '.bin/workerd'),
    args: ['serve', file, constant, ...flags],
    environment,
    cwd: ROOT,
    port: /"socket":"http","port":(\d+)/,
  });
}

const CAPNP = 'deploy/workerd/image-api.capnp';

export const startOnWorkerd: Start = (what, environment) => {
  const { NODE_EXTRA_CA_CERTS: caFile, ...bindings } = environment;
  const file = caFile === undefined ? CAPNP : trustingCapnp(caFile);
  return serveWorkerd(file, constantOf(what), bindings);
};

/** workerd reads authorities from its capnp file only. Puts a copy with one more next to the authority's file. */
function trustingCapnp(caFile: string): string {
  const file = join(dirname(caFile), `${randomUUID()}.capnp`);
  const text = readFileSync(join(ROOT, CAPNP), 'utf8')
    .replaceAll('../../dist', relative(dirname(caFile), join(ROOT, 'dist')))
    .replace(
      '(trustBrowserCas',
      `(trustedCertificates = [embed "${basename(caFile)}"], trustBrowserCas`,
    );
  writeFileSync(file, text);
  return file;
}

/** The task of deno.json, on a free port instead of its own. */
export const startOnDeno: Start = (what, { NODE_EXTRA_CA_CERTS: caFile, ...environment }) => {
  const file = join(ROOT, 'deploy/deno/deno.json');
  const { tasks } = JSON.parse(readFileSync(file, 'utf8')) as {
    tasks: { function: string; router: string };
  };
  const [command, ...args] = tasks.function.replace('--port 8080', '--port 0').split(' ');
  if (command !== 'deno') throw new Error(`deno.json runs ${command}`);
  return startProgram({
    command: join(MODULES, '.bin/deno'),
    args: [...args, `../../dist/functions/${what}.js`],
    environment: { ...environment, ...(caFile !== undefined && { DENO_CERT: caFile }) },
    cwd: join(ROOT, 'deploy/deno'),
    port: /Listening on http:\/\/127\.0\.0\.1:(\d+)/,
  });
};

export const startOnBun: Start = async (what, environment) => {
  const port = await freePort();
  return startProgram({
    command: join(MODULES, '.bin/bun'),
    args: ['deploy/bun/serve.js', what],
    environment: { APP_PORT: String(port), ...environment },
    cwd: ROOT,
    port,
  });
};

/** `npm run start:router` and `npm run start:function NAME`, without npm, by the Node in `command`. */
export const startOnNode =
  (command: string): Start =>
  async (what, environment) => {
    const port = await freePort();
    const script = what === 'router' ? ['router.js'] : ['function.js', what];
    const program = await startProgram({
      command,
      args: [join(ROOT, 'dist/start', script[0] ?? ''), ...script.slice(1)],
      environment: {
        APP_HOST: '127.0.0.1',
        APP_PORT: String(port),
        LOG_FILE: '',
        ...environment,
      },
      cwd: mkdtempSync(join(tmpdir(), 'image-api-runtimes-')),
      port,
    });
    // A Node process checks its sources once before it is ready.
    for (let body = 'starting'; body.startsWith('starting'); ) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      ({ body } = await sendTo(port, { method: 'GET', target: '/readyz', headers: {} }));
    }
    return program;
  };

/** The handler of dist/lambda/ on the Node that template.json asks for. */
export const startOnLambda: Start = async (what, environment) => {
  const port = await freePort();
  const handler = join(ROOT, `dist/lambda/${what}.mjs`);
  return startProgram({
    command: nodeOf('node22'),
    args: [join(ROOT, 'test/runtimes/lambda-host.js'), handler, String(port)],
    environment: { AWS_LAMBDA_FUNCTION_NAME: what, ...environment },
    cwd: ROOT,
    port,
  });
};

/** A Node of another version than this one, by its name in package.json. */
export function nodeOf(name: 'node22' | 'node24'): string {
  return join(MODULES, name, 'bin/node');
}
