/**
 * The test-only crictl against the recorded output of the real one: a scripted runtime serves what
 * the recorded host had, and the executable must print what crictl printed there.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as grpc from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { crictlOutput, crictlRun } from '../fixtures/recordings.ts';
import { criService } from './crictl/cri.ts';
import { installTestCrictl } from './crictl/install.ts';
import { humanSize } from './crictl/output.ts';

const folder = mkdtempSync(join(tmpdir(), 'image-api-crictl-'));
let crictl = '';

beforeAll(async () => {
  await chmod(folder, 0o755);
  crictl = await installTestCrictl(join(folder, 'bin'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe.each(['v1.33.0-containerd-1.7.24', 'v1.34.0-containerd-1.7.24'])(
  'on the host of %s',
  (host) => {
    const runtime = scriptedRuntime(host);

    it.each([
      ['images -o json', 'images.json'],
      ['images', 'images.txt'],
      ['images -o nonsense', 'images.txt'],
      ['ps -a -o json', 'ps-all.json'],
      ['pods -o json', 'pods.json'],
      ['imagefsinfo -o json', 'imagefsinfo.json'],
      ['version', 'version.txt'],
    ])('crictl %s prints the recorded bytes of %s', async (command, file) => {
      const run = await runCrictl([
        '--runtime-endpoint',
        runtime.endpoint(),
        ...command.split(' '),
      ]);

      expect(run).toMatchObject({ stdout: crictlOutput(host, file), code: 0 });
    });
  },
);

describe('on the host of v1.33.0-containerd-1.6.20', () => {
  const host = 'v1.33.0-containerd-1.6.20';
  const runtime = scriptedRuntime(host);

  it.each([
    ['images -o json', 'images.json'],
    ['ps -a -o json', 'ps-all.json'],
    ['pods -o json', 'pods.json'],
    ['imagefsinfo -o json', 'imagefsinfo.json'],
  ])(
    'crictl %s prints the recorded text of %s but for spaces after colons',
    async (command, file) => {
      const run = await runCrictl([
        '--runtime-endpoint',
        runtime.endpoint(),
        ...command.split(' '),
      ]);

      expect(run.stdout.replaceAll('":  ', '": ')).toBe(crictlOutput(host, file));
    },
  );
});

describe('on the host of v1.34.0-containerd-1.6.20', () => {
  const host = 'v1.34.0-containerd-1.6.20';
  const runtime = scriptedRuntime(host);
  const info = 'info -o go-template --template {{.config.sandboxImage}}';

  it('crictl info prints the recorded sandbox image, of the recorded status', async () => {
    const run = await runCrictl(['--runtime-endpoint', runtime.endpoint(), ...info.split(' ')]);

    expect(run).toMatchObject({ stdout: crictlOutput(host, 'sandbox-image.txt'), code: 0 });
  });

  it('crictl info gives the recorded error when the status has none', async () => {
    runtime.withoutSandboxImage();
    const run = await runCrictl(['--runtime-endpoint', runtime.endpoint(), ...info.split(' ')]);

    expect(run).toEqual(recordedRun(host, 'sandbox-image-missing'));
  });
});

describe('failures', () => {
  const host = 'v1.33.0-containerd-1.7.24';
  const runtime = scriptedRuntime(host);
  const silent = silentSocket();

  it('a missing socket gives the recorded error', async () => {
    const run = await runCrictl([
      '--runtime-endpoint',
      'unix:///run/none.sock',
      'images',
      '-o',
      'json',
    ]);

    expect(run).toEqual(recordedRun(host, 'no-socket'));
  });

  it('a socket of another user gives the recorded error', async () => {
    const endpoint = runtime.endpoint();
    const run = await runCrictl(['--runtime-endpoint', endpoint, 'images', '-o', 'json'], 65_534);

    expect(run).toEqual(recordedRun(host, 'permission-denied', endpoint));
  });

  it('a runtime that never answers gives the recorded error after the timeout', async () => {
    const endpoint = silent.endpoint();
    const run = await runCrictl(['--timeout', '300ms', '--runtime-endpoint', endpoint, 'images']);

    expect(run).toEqual(recordedRun(host, 'timeout', endpoint));
  });

  it('without an endpoint it tries the recorded default sockets and reports each', async () => {
    const run = await runCrictl(['images', '-o', 'json'], 65_534);

    expect(run).toMatchObject({ code: 1, stdout: '' });
    expect(defaultSockets(run.stderr)).toEqual(
      defaultSockets(crictlRun(host, 'permission-denied-no-endpoint').stderr),
    );
  });

  it('the image endpoint wins over the runtime endpoint for images', async () => {
    const endpoints = ['--runtime-endpoint', 'unix:///run/none.sock', '--image-endpoint'];
    const run = await runCrictl([...endpoints, runtime.endpoint(), 'images']);

    expect(run.stdout).toBe(crictlOutput(host, 'images.txt'));
  });

  it('surplus arguments print help with exit code 0', async () => {
    const run = await runCrictl(['images', '-o', 'json', 'one', 'two']);

    expect(run.code).toBe(0);
    expect(crictlRun(host, 'extra-args').stdout).toContain(run.stdout);
  });

  it('a timeout without a unit is refused', async () => {
    const run = await runCrictl(['--timeout', '10', 'images']);

    expect(run).toMatchObject({ code: 1, stdout: '' });
    expect(run.stderr).toContain('invalid value \\"10\\" for flag -timeout: parse error');
  });

  it('unknown commands are refused with exit code 2', async () => {
    const run = await runCrictl(['rmi', '--all']);

    expect(run).toMatchObject({ code: 2, stdout: '' });
  });
});

it.each([
  [0, '0B'],
  [999, '999B'],
  [1_119_727, '1.12MB'],
  [117_000_000, '117MB'],
  [999_950, '1e+03kB'],
  [1_230_000_000, '1.23GB'],
])('%i bytes are %s in the table', (bytes, text) => {
  expect(humanSize(bytes)).toBe(text);
});

interface Run {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

/** Runs the stand-in; `stderr` comes without times and without the warning about a missing config file. */
async function runCrictl(args: readonly string[], uid = 0): Promise<Run> {
  return await new Promise((resolve) =>
    execFile(crictl, args, { uid }, (error, stdout, stderr) =>
      resolve({ stdout, stderr: comparable(stderr), code: Number(error?.code ?? 0) }),
    ),
  );
}

function comparable(stderr: string): string {
  return stderr.replace(/^time="[^"]*" /gm, '').replace(/^level=warning msg="Config .*\n/gm, '');
}

function recordedRun(
  host: string,
  name: string,
  endpoint = 'unix:///run/containerd/containerd.sock',
): Run {
  const run = crictlRun(host, name);
  const socket = endpoint.replace('unix://', '');
  const stderr = run.stderr.replaceAll('/run/containerd/containerd.sock', socket);
  return { stdout: run.stdout, stderr: comparable(stderr), code: run.exitCode };
}

/** The lines about the default sockets, without each one's reason, which depends on the machine. */
function defaultSockets(stderr: string): string {
  return comparable(stderr).replaceAll(/ connect: [a-z ]+/g, ' connect: …');
}

/** A gRPC server on a socket that only root may open, serving the recorded data of a host. */
function scriptedRuntime(host: string): {
  readonly endpoint: () => string;
  /** From now on, as containerd 2. */
  readonly withoutSandboxImage: () => void;
} {
  let hidden: object = {};
  const server = new grpc.Server();
  const path = join(folder, `${host}-${crypto.randomUUID().slice(0, 8)}.sock`);
  const answer =
    (message: () => unknown): grpc.handleUnaryCall<unknown, unknown> =>
    (_call, done) =>
      done(null, message());
  const json = (file: string) => JSON.parse(crictlOutput(host, file));
  server.addService(criService('ImageService'), {
    ListImages: answer(() => json('images.json')),
    ImageFsInfo: answer(() => json('imagefsinfo.json').status),
  });
  server.addService(criService('RuntimeService'), {
    Version: answer(() => ({
      version: '0.1.0',
      runtimeName: 'containerd',
      runtimeVersion: '1.7.24~ds1',
      runtimeApiVersion: 'v1',
    })),
    Status: answer(() => ({
      info: { config: JSON.stringify({ ...json('info.json').config, ...hidden }) },
    })),
    ListContainers: answer(() => json('ps-all.json')),
    ListPodSandbox: answer(() => json('pods.json')),
  });
  beforeAll(async () => {
    await new Promise<void>((resolve, reject) =>
      server.bindAsync(`unix://${path}`, grpc.ServerCredentials.createInsecure(), (error) =>
        error ? reject(error) : resolve(),
      ),
    );
    await chmod(path, 0o600);
  });
  afterAll(() => server.forceShutdown());
  return {
    endpoint: () => `unix://${path}`,
    withoutSandboxImage: () => {
      hidden = { sandboxImage: undefined };
    },
  };
}

/** A socket that accepts connections and never answers. */
function silentSocket(): { readonly endpoint: () => string } {
  const path = join(folder, 'silent.sock');
  const sockets = new Set<Socket>();
  const server = createServer((socket) => sockets.add(socket));
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(path, resolve));
  });
  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { endpoint: () => `unix://${path}` };
}
