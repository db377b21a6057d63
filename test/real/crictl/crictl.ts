/**
 * A test-only `crictl`: asks the real runtime over its CRI socket and prints what crictl 1.33
 * prints, for the commands and options that this project's tests use. Anything else is refused
 * with exit code 2, so that no test relies on what it does not do. crictl itself is in no package
 * registry that CI reaches; crictl.test.ts holds this against recorded output of the real one.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Cri, CriError } from './cri.ts';
import {
  containersJson,
  imageFsInfoJson,
  imagesJson,
  imagesTable,
  podsJson,
  SANDBOX_IMAGE_TEMPLATE,
  sandboxImageText,
  versionText,
} from './output.ts';

const DEFAULT_ENDPOINTS = [
  'unix:///run/containerd/containerd.sock',
  'unix:///run/crio/crio.sock',
  'unix:///var/run/cri-dockerd.sock',
];
const DEFAULT_TIMEOUT_MS = 2000;
const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

interface Command {
  readonly title: string;
  readonly options: Readonly<Record<string, string>>;
  /** More positional arguments than this print help, with exit code 0. */
  readonly positionals: number;
  readonly service: 'image' | 'runtime';
  readonly run: (cri: Cri, options: Options) => Promise<string>;
}
type Options = ReadonlyMap<string, string>;

const GLOBAL_OPTIONS = {
  '--timeout': 'value',
  '-t': 'value',
  '--runtime-endpoint': 'value',
  '-r': 'value',
  '--image-endpoint': 'value',
  '-i': 'value',
};
const OUTPUT = { '--output': 'value', '-o': 'value' };

const COMMANDS: Readonly<Record<string, Command>> = {
  images: {
    title: 'List images',
    options: OUTPUT,
    positionals: 1,
    service: 'image',
    run: async (cri, options) => {
      const answer = await explained('listing images', cri.call('ImageService', 'ListImages'));
      // An output format that crictl does not know is the table.
      return isJson(options) ? imagesJson(answer) : imagesTable(answer);
    },
  },
  ps: {
    title: 'List containers',
    options: { ...OUTPUT, '--all': 'flag', '-a': 'flag' },
    positionals: 0,
    service: 'runtime',
    run: async (cri, options) => {
      const call = cri.call('RuntimeService', 'ListContainers');
      const answer = await explained('listing containers', call);
      return jsonOnly(options, containersJson(answer, options.has('--all') || options.has('-a')));
    },
  },
  pods: {
    title: 'List pods',
    options: OUTPUT,
    positionals: 0,
    service: 'runtime',
    run: async (cri, options) => {
      const call = cri.call('RuntimeService', 'ListPodSandbox');
      return jsonOnly(options, podsJson(await explained('listing pod sandboxes', call)));
    },
  },
  imagefsinfo: {
    title: 'Return image filesystem info',
    options: OUTPUT,
    positionals: 0,
    service: 'image',
    run: async (cri, options) => {
      if (!isJson(options)) throw new Unsupported('imagefsinfo without -o json');
      return imageFsInfoJson(await cri.call('ImageService', 'ImageFsInfo'));
    },
  },
  info: {
    title: 'Display information of the container runtime',
    options: { ...OUTPUT, '--template': 'value' },
    positionals: 0,
    service: 'runtime',
    run: async (cri, options) => {
      const isKnown =
        option(options, '--output', '-o') === 'go-template' &&
        options.get('--template') === SANDBOX_IMAGE_TEMPLATE;
      if (!isKnown) throw new Unsupported('info with these options');
      const call = cri.call('RuntimeService', 'Status', { verbose: true });
      return explained('getting status of runtime', call.then(sandboxImageText));
    },
  },
  version: {
    title: 'Display runtime version information',
    options: {},
    positionals: 0,
    service: 'runtime',
    run: async (cri) => versionText(await cri.call('RuntimeService', 'Version')),
  },
};

async function main(args: readonly string[]): Promise<void> {
  try {
    if (args[0] === '--version') return print('crictl version 1.33.0\n');
    const [globals, rest] = takeOptions(args, GLOBAL_OPTIONS);
    const [name = 'help', ...commandArgs] = rest;
    const timeoutMs = durationMs(option(globals, '--timeout', '-t') ?? '0');
    if (!existsSync('/etc/crictl.yaml')) {
      const beside = fileURLToPath(new URL('./crictl.yaml', import.meta.url));
      log('warning', `Config "/etc/crictl.yaml" does not exist, trying next: "${beside}"`);
    }
    const command = COMMANDS[name];
    if (command === undefined) throw new Unsupported(`the command ${name}`);
    const [options, positionals] = takeOptions(commandArgs, command.options);
    if (positionals.length > command.positionals) {
      return print(`NAME:\n   crictl ${name} - ${command.title}\n`);
    }
    if (positionals.length > 0) throw new Unsupported(`${name} ${positionals.join(' ')}`);
    const cri = await connect(command.service, globals, timeoutMs || DEFAULT_TIMEOUT_MS);
    print(await command.run(cri, options));
    cri.close();
  } catch (error) {
    log('fatal', error instanceof Error ? error.message : String(error));
    process.exit(error instanceof Unsupported ? 2 : 1);
  }
}

/** What the real crictl can do and this one cannot. */
class Unsupported extends Error {
  constructor(what: string) {
    super(`the test-only crictl does not support ${what}`);
  }
}

/** The options before the first other word (Go's rule), and the rest. */
function takeOptions(
  args: readonly string[],
  known: Readonly<Record<string, string>>,
): [Options, string[]] {
  const options = new Map<string, string>();
  const rest = [...args];
  while (rest[0]?.startsWith('-')) {
    const [name = '', inline] = (rest.shift() ?? '').split(/=(.*)/s);
    if (known[name] === undefined) {
      throw new Error(`flag provided but not defined: ${name.replace(/^--/, '-')}`);
    }
    options.set(name, inline ?? (known[name] === 'value' ? (rest.shift() ?? '') : 'true'));
  }
  return [options, rest];
}

function option(options: Options, long: string, short: string): string | undefined {
  return options.get(long) ?? options.get(short);
}

function durationMs(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text);
  if (match !== null) return Number(match[1]) * (UNITS_MS[match[2] ?? ''] ?? 1);
  if (text === '0') return 0;
  throw new Error(`invalid value "${text}" for flag -timeout: parse error`);
}

function isJson(options: Options): boolean {
  return option(options, '--output', '-o') === 'json';
}

function jsonOnly(options: Options, json: string): string {
  if (!isJson(options)) throw new Unsupported('this command without -o json');
  return json;
}

/** The first endpoint that answers; each has the whole timeout to itself, as in crictl. */
async function connect(
  service: Command['service'],
  globals: Options,
  timeoutMs: number,
): Promise<Cri> {
  const runtime = option(globals, '--runtime-endpoint', '-r');
  const image = option(globals, '--image-endpoint', '-i');
  const endpoint = service === 'image' ? (image ?? runtime) : runtime;
  if (endpoint !== undefined) return await validated(endpoint, service, timeoutMs);
  log(
    'warning',
    `${service === 'image' ? 'Image' : 'runtime'} connect using default endpoints: [${DEFAULT_ENDPOINTS.join(' ')}]. As the default settings are now deprecated, you should set the endpoint instead.`,
  );
  let last: unknown;
  for (const candidate of DEFAULT_ENDPOINTS) {
    try {
      return await validated(candidate, service, timeoutMs);
    } catch (error) {
      last = error;
      log('error', error instanceof Error ? error.message : String(error));
    }
  }
  throw last;
}

async function validated(
  endpoint: string,
  service: Command['service'],
  timeoutMs: number,
): Promise<Cri> {
  const cri = new Cri(endpoint, timeoutMs);
  const what = `validate service connection: validate CRI v1 ${service} API for endpoint "${endpoint}"`;
  await explained(what, cri.ready());
  await explained(
    what,
    service === 'image'
      ? cri.call('ImageService', 'ImageFsInfo')
      : cri.call('RuntimeService', 'Version'),
  );
  return cri;
}

async function explained<T>(what: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof CriError ? new CriError(`${what}: ${error.message}`) : error;
  }
}

function print(text: string): void {
  process.stdout.write(text);
}

function log(level: string, message: string): void {
  const time = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  process.stderr.write(`time="${time}" level=${level} msg=${JSON.stringify(message)}\n`);
}

await main(process.argv.slice(2));
