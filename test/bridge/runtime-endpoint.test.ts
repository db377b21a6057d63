import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Host } from '../../bridge/host.ts';
import { runtimeEndpoint } from '../../bridge/runtime-endpoint.ts';
import { testFolder } from '../support/folder.ts';
import { testHost } from './programs.ts';

/** The endpoint on a host with these files. */
function endpointOn(
  host: Host,
  { configured = null as string | null, asRoot = true, path = '/nowhere/crictl' } = {},
) {
  const { args, ambiguous } = runtimeEndpoint(configured, { host, crictl: { path, asRoot } });
  return { args: args.join(' '), ambiguous };
}

/** A host with these sockets, of which it knows two more that do not exist. */
function hostWith(names: readonly string[], fields: Partial<Host> = {}) {
  const folder = testFolder();
  const socket = (name: string) => join(folder, `${name}.sock`);
  for (const name of names) writeFileSync(socket(name), '');
  const sockets = [...names, 'other', 'another'].map(socket);
  return { folder, socket, host: testHost(folder, { sockets, ...fields }) };
}

const both = (path: string) => `--runtime-endpoint unix://${path} --image-endpoint unix://${path}`;

describe('what is configured', () => {
  it('wins over everything else', () => {
    const environment = { CONTAINER_RUNTIME_ENDPOINT: 'unix:///e', CRI_CONFIG_FILE: 'relative' };
    const { host } = hostWith(['containerd', 'crio'], { environment });
    expect(endpointOn(host, { configured: 'unix:///k' })).toEqual({
      args: '--runtime-endpoint unix:///k --image-endpoint unix:///k',
      ambiguous: [],
    });
  });

  it('in the environment becomes arguments, since sudo drops the environment', () => {
    const { folder, host } = hostWith(['containerd', 'crio']);
    const CRI_CONFIG_FILE = join(folder, 'mine.yaml');
    writeFileSync(CRI_CONFIG_FILE, 'timeout: 5\n');
    const environment = {
      CRI_CONFIG_FILE,
      CONTAINER_RUNTIME_ENDPOINT: 'unix:///e',
      IMAGE_SERVICE_ENDPOINT: 'unix:///i',
    };
    expect(endpointOn({ ...host, environment })).toEqual({
      args: `--runtime-endpoint unix:///e --image-endpoint unix:///i --config ${CRI_CONFIG_FILE}`,
      ambiguous: [],
    });
  });

  it.each([
    'runtime-endpoint: unix:///run/x.sock\n',
    'timeout: 10\n"runtime-endpoint": "unix:///x"\n',
  ])('in crictl’s own file is left to crictl: %j', (text) => {
    const { host } = hostWith(['containerd', 'crio']);
    writeFileSync(host.crictlConfigFile, text);
    expect(endpointOn(host)).toEqual({ args: '', ambiguous: [] });
  });

  it('in the file of CRI_CONFIG_FILE is passed by --config alone', () => {
    const { folder, host } = hostWith(['containerd', 'crio']);
    const CRI_CONFIG_FILE = join(folder, 'mine.yaml');
    writeFileSync(CRI_CONFIG_FILE, 'runtime-endpoint: unix:///run/x.sock\n');
    expect(endpointOn({ ...host, environment: { CRI_CONFIG_FILE } })).toEqual({
      args: `--config ${CRI_CONFIG_FILE}`,
      ambiguous: [],
    });
  });

  it('in the file beside crictl counts where /etc has none', () => {
    const { folder, host } = hostWith(['containerd', 'crio']);
    writeFileSync(join(folder, 'crictl.yaml'), 'runtime-endpoint: unix:///run/x.sock\n');
    expect(endpointOn(host, { path: join(folder, 'crictl') }).ambiguous).toEqual([]);
  });

  it.each(['', 'timeout: 10\n', 'runtime-endpoint: ""\n', '# runtime-endpoint: unix:///x\n'])(
    'names no endpoint in a file like %j: the sockets decide',
    (text) => {
      const { host, socket } = hostWith(['containerd']);
      writeFileSync(host.crictlConfigFile, text);
      expect(endpointOn(host).args).toBe(both(socket('containerd')));
    },
  );

  it('in a file that cannot be read counts for root’s crictl only', () => {
    const { host, socket } = hostWith(['containerd']);
    mkdirSync(host.crictlConfigFile); // reading it fails for root, too
    expect(endpointOn(host, { asRoot: true }).args).toBe('');
    expect(endpointOn(host, { asRoot: false }).args).toBe(both(socket('containerd')));
  });
});

describe('CRI_CONFIG_FILE', () => {
  it.each([
    ['/nonexistent/crictl.yaml', 'which does not exist'],
    ['etc/crictl.yaml', 'which is not an absolute path'],
  ])('%s is named in the problem', (CRI_CONFIG_FILE, why) => {
    const { host } = hostWith(['containerd'], { environment: { CRI_CONFIG_FILE } });
    expect(() => endpointOn(host)).toThrow(
      expect.objectContaining({
        code: 'runtime_unreachable',
        message: expect.stringContaining(`CRI_CONFIG_FILE is ${CRI_CONFIG_FILE}, ${why}`),
      }),
    );
  });
});

describe('the sockets of a host without configuration', () => {
  it('one is passed explicitly', () => {
    const { host, socket } = hostWith(['crio']);
    expect(endpointOn(host)).toEqual({ args: both(socket('crio')), ambiguous: [] });
  });

  it('none leaves the choice to crictl', () => {
    const { host } = hostWith([]);
    expect(endpointOn(host)).toEqual({ args: '', ambiguous: [] });
  });

  it('one socket with two names counts once', () => {
    const { folder, host, socket } = hostWith(['containerd']);
    symlinkSync(socket('containerd'), join(folder, 'other.sock'));
    expect(endpointOn(host)).toEqual({ args: both(socket('containerd')), ambiguous: [] });
  });

  it('of several, the kubelet’s is passed', () => {
    const { host, socket } = hostWith(['containerd', 'crio']);
    const text = `containerRuntimeEndpoint: unix://${socket('crio')}\n`;
    writeFileSync(host.kubeletFiles.configuration, text);
    expect(endpointOn(host)).toEqual({ args: both(socket('crio')), ambiguous: [] });
  });

  it('of several without a kubelet’s, none is passed: they are ambiguous', () => {
    const { host, socket } = hostWith(['containerd', 'crio']);
    const ambiguous = [socket('containerd'), socket('crio')];
    expect(endpointOn(host)).toEqual({ args: '', ambiguous });
  });

  it('a kubelet’s that is not among the known ones is passed', () => {
    const { folder, host } = hostWith(['containerd']);
    const own = join(folder, 'own');
    writeFileSync(own, '');
    writeFileSync(host.kubeletFiles.flags, `A="--container-runtime-endpoint=unix://${own}"\n`);
    expect(endpointOn(host)).toEqual({ args: both(own), ambiguous: [] });
  });

  it('one beside a stopped runtime of the kubelet is passed, and ambiguous', () => {
    const { host, socket } = hostWith(['containerd']);
    const stopped = '/nonexistent/crio.sock';
    writeFileSync(host.kubeletFiles.configuration, `containerRuntimeEndpoint: ${stopped}\n`);
    expect(endpointOn(host)).toEqual({
      args: both(socket('containerd')),
      ambiguous: [stopped, socket('containerd')],
    });
  });

  it('the kubelet’s alone is passed while it is stopped', () => {
    const { host } = hostWith([]);
    writeFileSync(host.kubeletFiles.configuration, 'containerRuntimeEndpoint: /nonexistent/a\n');
    expect(endpointOn(host)).toEqual({ args: both('/nonexistent/a'), ambiguous: [] });
  });

  it('a socket that this process cannot see counts as one', () => {
    const { folder, host, socket } = hostWith(['containerd']);
    const loop = join(folder, 'loop.sock');
    symlinkSync('loop.sock', loop); // fails for root, too, as EACCES does for others
    const sockets = [socket('containerd'), loop];
    expect(endpointOn({ ...host, sockets }).ambiguous).toEqual(sockets);
  });
});

describe('possibleArgs', () => {
  const possible = (host: Host) =>
    runtimeEndpoint(null, { host, crictl: { path: '/crictl', asRoot: true } }).possibleArgs.map(
      (args) => args.join(' '),
    );

  it('of a socket that was found include a call without it, for when the runtime stops', () => {
    const { host, socket } = hostWith(['containerd']);
    expect(possible(host)).toEqual([both(socket('containerd')), '']);
  });

  it('of a configured endpoint are that alone', () => {
    const environment = { CONTAINER_RUNTIME_ENDPOINT: 'unix:///e' };
    expect(possible(testHost(testFolder(), { environment }))).toEqual([
      '--runtime-endpoint unix:///e',
    ]);
  });
});
