import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createCrictlBridge } from '../../bridge/crictl-bridge.ts';
import type { CrictlConfiguration } from '../../bridge/crictl-command.ts';
import type { Host } from '../../bridge/host.ts';
import { type CrictlAnswers, fakeCrictl } from '../fake-crictl/index.ts';
import { recordedAnswers } from '../fake-crictl/recorded.ts';
import { crictlRun } from '../fixtures/recordings.ts';
import { testFolder } from '../support/folder.ts';
import { crictlConfig, keepingLogger, testHost, writeProgram } from './programs.ts';

const V133 = 'v1.33.0-containerd-1.7.24';
const REFUSED = 'echo "connect: permission denied" >&2; exit 1';
const EMPTY = `echo '{"images": []}'`;

const imagesOf = (id: string): string => `echo '{"images": [{"id": "${id}"}]}'`;

/** A bridge over the programs of a folder, and the log that it writes. */
function bridgeIn(
  folder: string,
  config: Partial<CrictlConfiguration> = {},
  host: Partial<Host> = {},
) {
  const logger = keepingLogger();
  const bridge = createCrictlBridge({
    crictl_config: crictlConfig(config),
    logger,
    host: testHost(folder, host),
  });
  return { bridge, logger };
}

/** A line for each call of a program that appends to `calls`. */
function calls(folder: string): string[] {
  return readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n');
}

/** A sudo that allows every call: it runs the arguments after `-n`. */
const ALLOWING = 'shift; AS_ROOT=1 exec "$@"';

describe('one run for all', () => {
  it('serves many callers with one run of crictl', async () => {
    const folder = testFolder();
    writeProgram(folder, 'crictl', `echo "$@" >> ${folder}/calls; sleep 0.1; ${EMPTY}`);
    const { bridge } = bridgeIn(folder);
    const readings = await Promise.all(Array.from({ length: 50 }, () => bridge.images()));
    expect(new Set(readings.map(({ rows }) => rows)).size).toBe(1);
    expect(calls(folder)).toEqual(['--timeout 9s images -o json']);
  });

  it('runs images and containers side by side', async () => {
    const folder = testFolder();
    const containers = `case "$*" in *ps*) echo '{"containers": []}';; *) ${EMPTY};; esac`;
    writeProgram(folder, 'crictl', `echo "$@" >> ${folder}/calls; ${containers}`);
    const { bridge } = bridgeIn(folder);
    await Promise.all([bridge.images(), bridge.containers()]);
    expect(calls(folder).sort()).toEqual([
      '--timeout 9s images -o json',
      '--timeout 9s ps -a -o json',
    ]);
  });
});

describe('the whole node', () => {
  const scripted = (answers: CrictlAnswers, fields: { nodeName?: string } = {}) => {
    const crictl = fakeCrictl(answers);
    const clock = { ms: 0 };
    const bridge = createCrictlBridge({
      crictl_config: crictlConfig({ crictl_path: crictl.path }),
      logger: keepingLogger(),
      host: testHost(testFolder()),
      now: () => clock.ms,
      maxFactsWaitMs: 30_000,
      ...fields,
    });
    return { crictl, bridge, clock };
  };
  const node = recordedAnswers('v1.34.0-containerd-1.7.24');

  it('has the name of the host, unless another is configured, and an id of its own', async () => {
    const readings = await Promise.all([
      scripted(node).bridge.node(),
      scripted(node, { nodeName: 'node-3' }).bridge.node(),
    ]);
    const [first, second] = readings.map(({ reading }) => reading.facts);

    expect([first?.name, second?.name]).toEqual(['test-node', 'node-3']);
    expect(first?.instance).not.toBe(second?.instance);
  });

  it('says which image the sandboxes use', async () => {
    const { reading } = await scripted({
      ...node,
      info: { stdout: '127.0.0.1:5050/library/app:v2\n' },
    }).bridge.node();

    const sandboxes = reading.images.filter(({ sandbox }) => sandbox);
    expect(sandboxes.flatMap(({ repo_tags }) => repo_tags)).toContain(
      '127.0.0.1:5050/library/app:v2',
    );
    expect(sandboxes).toHaveLength(1);
  });

  describe('with pods whose sandbox image is not called pause', () => {
    const infra = '127.0.0.1:5050/library/app:v2';
    const refused = crictlRun('v1.34.0-containerd-1.7.24', 'no-socket');
    const marked = async (answers: CrictlAnswers) => {
      const { reading } = await scripted({ ...node, ...answers }).bridge.node();
      const sandboxes = reading.images.filter(({ sandbox }) => sandbox);
      return [sandboxes.flatMap(({ repo_tags }) => repo_tags), reading.sandboxUnknown];
    };

    it('marks that of the sandboxes if the runtime does not tell its configuration', async () => {
      const inspectp = { stdout: `${infra} ` };
      expect(await marked({ info: refused, inspectp })).toEqual([[infra], undefined]);
    });

    it.each([
      ['neither tells', { info: refused, inspectp: refused }],
      ['the configured one is not there', { info: { stdout: 'r.test/new:1\n' } }],
    ])('is in doubt if %s and no image is pinned', async (_, answers) => {
      const stdout = node.images?.stdout?.replace(/"pinned": *true/g, '"pinned": false') ?? '';
      expect(await marked({ images: { stdout }, ...answers })).toEqual([[], true]);
    });

    it('is in doubt if the pods, which may be older than the configuration, cannot be read', async () => {
      const info = { stdout: `${infra}\n` };
      expect(await marked({ info, inspectp: refused })).toEqual([[infra], true]);
      expect((await marked({ inspectp: refused }))[1]).toBe(true);
    });

    it('is not in doubt if there is no container', async () => {
      const answers = { info: refused, ps: { stdout: '{"containers": []}' } };
      expect((await marked(answers))[1]).toBeUndefined();
    });
  });

  it.each(['images', 'info'])(
    'has the container that starts while crictl %s is slow, and the age of its image list',
    async (slow) => {
      const folder = testFolder();
      const started = join(folder, 'started');
      writeProgram(
        folder,
        'crictl',
        `case "$*" in *"${slow} "*) sleep 0.8; touch ${started};; esac
case "$*" in
  *images*) echo '{"images": [{"id": "a"}]}';;
  *ps*) test -e ${started} && echo '{"containers": [{"id": "late"}]}' || echo '{"containers": []}';;
  *) exit 1;;
esac`,
      );
      const { reading, ageMs, containersAgeMs } = await bridgeIn(folder).bridge.node({
        fresh: true,
      });

      expect(reading.containers.map(({ id }) => id)).toEqual(['late']);
      // The list of images may begin after the slow run, which takes longer than this.
      expect(ageMs).toBeGreaterThanOrEqual(390);
      expect(ageMs - (containersAgeMs ?? 0)).toBeGreaterThanOrEqual(390);
    },
  );

  describe('without a container', () => {
    const none = { stdout: '{"containers": []}' };

    it('is in doubt if the host had one, until it has one again', async () => {
      const { bridge, crictl } = scripted(node);
      const read = async () => (await bridge.node({ fresh: true })).reading;
      const running = await read();
      crictl.answer('ps', none);
      const rebooted = await read();
      crictl.answer('ps', node.ps ?? {});
      const later = await read();

      expect(running.containersMissing).toBeUndefined();
      expect([rebooted.containers, rebooted.containersMissing]).toEqual([[], true]);
      expect(later.containersMissing).toBeUndefined();
    });

    it.each(['kubelet-config.yaml', 'kubeadm-flags.env'])(
      'is in doubt if a kubelet is configured (%s)',
      async (file) => {
        const folder = testFolder();
        const script = `case "$*" in *ps*) echo '{"containers": []}';; *) ${imagesOf('a')};; esac`;
        writeProgram(folder, 'crictl', script);
        const { bridge } = bridgeIn(folder);
        const before = await bridge.node({ fresh: true });
        writeFileSync(join(folder, file), '');
        const after = await bridge.node({ fresh: true });

        expect(before.reading.containersMissing).toBeUndefined();
        expect(after.reading.containersMissing).toBe(true);
      },
    );
  });

  it('keeps its identity while crictl says the same', async () => {
    const { bridge, clock } = scripted(node);
    const first = await bridge.node();
    clock.ms += 70_000;
    const later = await bridge.node({ fresh: true });

    expect(later.reading).toBe(first.reading);
  });

  it.each(['images', 'ps'] as const)('fails when crictl %s does', async (command) => {
    const failure = crictlRun('v1.34.0-containerd-1.7.24', 'no-socket');
    const { bridge } = scripted({ ...node, [command]: failure });

    await expect(bridge.node()).rejects.toMatchObject({ code: 'runtime_unreachable' });
  });

  it('has no rows from before when crictl prints nonsense', async () => {
    const { crictl, bridge } = scripted(node);
    await bridge.images();
    crictl.answer('images', { stdout: 'nonsense' });

    await expect(bridge.images({ fresh: true })).rejects.toMatchObject({
      code: 'crictl_bad_output',
    });
  });

  it('does not fail without facts', async () => {
    const failing = crictlRun('v1.34.0-containerd-1.7.24', 'no-socket');
    const facts = { version: failing, imagefsinfo: failing, info: failing, inspectp: failing };
    const { reading } = await scripted({ ...node, ...facts }).bridge.node();

    expect(reading.facts).toMatchObject({ runtime: null, image_filesystems: null });
    expect(reading.containers).toHaveLength(3);
  });
});

describe('recovery without a restart', () => {
  it('from a crictl that is replaced by another file of the same name', async () => {
    const folder = testFolder();
    writeProgram(folder, 'crictl', `${EMPTY}; sleep 0.2`);
    const { bridge } = bridgeIn(folder);
    const before = bridge.images();
    renameSync(writeProgram(folder, 'crictl.new', imagesOf('a')), join(folder, 'crictl'));
    await expect(before).resolves.toMatchObject({ rows: expect.any(Array) });
    await expect(bridge.images({ fresh: true })).resolves.toMatchObject({ rows: [{ id: 'a' }] });
  });

  it('from a crictl that hangs', async () => {
    const folder = testFolder();
    writeProgram(folder, 'crictl', 'exec sleep 60');
    const { bridge } = bridgeIn(folder, { crictl_timeout_ms: 2_000 });
    await expect(bridge.images()).rejects.toMatchObject({ code: 'crictl_timeout' });

    writeProgram(folder, 'crictl', EMPTY);
    await expect(bridge.images()).resolves.toMatchObject({ rows: [] });
  });
});

describe('crictl_sudo', () => {
  it('true runs sudo -n with crictl’s absolute path and the full arguments', async () => {
    const folder = testFolder();
    const crictl = writeProgram(folder, 'crictl', EMPTY);
    writeProgram(folder, 'sudo', `printf "%s\\n" "$*" >> ${folder}/calls; ${ALLOWING}`);
    const { bridge } = bridgeIn(folder, { crictl_sudo: true });
    await bridge.images();
    expect(calls(folder)).toEqual([`-n ${crictl} --timeout 9s images -o json`]);
  });

  it('true without sudo on the machine is crictl_permission_denied', async () => {
    const folder = testFolder();
    writeProgram(folder, 'crictl', EMPTY);
    const { bridge } = bridgeIn(folder, { crictl_sudo: true });
    await expect(bridge.images()).rejects.toMatchObject({
      code: 'crictl_permission_denied',
      message: expect.stringContaining('sudo is not installed'),
    });
  });

  it('false never tries sudo', async () => {
    const folder = testFolder();
    writeProgram(folder, 'crictl', REFUSED);
    writeProgram(folder, 'sudo', EMPTY);
    const { bridge } = bridgeIn(folder, { crictl_sudo: false });
    await expect(bridge.images()).rejects.toMatchObject({ code: 'crictl_permission_denied' });
  });
});

describe('crictl_sudo auto', () => {
  const auto = { crictl_sudo: 'auto' } as const;
  /** Refuses every caller but the sudo of these tests. */
  const rootOnly = `[ -n "$AS_ROOT" ] && { ${EMPTY}; exit; }; ${REFUSED}`;

  it('does not use sudo when the direct call succeeds', async () => {
    const folder = testFolder();
    writeProgram(folder, 'crictl', EMPTY);
    writeProgram(folder, 'sudo', 'exit 1');
    const { bridge, logger } = bridgeIn(folder, auto);
    await expect(bridge.images()).resolves.toMatchObject({ rows: [] });
    expect(logger.lines.filter((line) => line.startsWith('INFO'))).toEqual([]);
  });

  it('tries sudo when the direct call is refused, remembers it, and logs it once', async () => {
    const folder = testFolder();
    writeProgram(folder, 'crictl', `echo "root:$AS_ROOT" >> ${folder}/calls; ${rootOnly}`);
    writeProgram(folder, 'sudo', ALLOWING);
    const { bridge, logger } = bridgeIn(folder, auto);
    await bridge.images();
    await bridge.images({ fresh: true });
    expect(calls(folder)).toEqual(['root:', 'root:1', 'root:1']);
    expect(logger.lines.filter((line) => line.startsWith('INFO'))).toEqual([
      'INFO crictl runs with sudo: the direct call is refused',
    ]);
  });

  it('returns to the direct call when sudo refuses later', async () => {
    const folder = testFolder();
    writeProgram(folder, 'crictl', rootOnly);
    writeProgram(folder, 'sudo', ALLOWING);
    const { bridge, logger } = bridgeIn(folder, auto);
    await bridge.images();

    writeProgram(folder, 'crictl', EMPTY);
    rmSync(join(folder, 'sudo'));
    await expect(bridge.images({ fresh: true })).resolves.toMatchObject({ rows: [] });
    expect(logger.lines.filter((line) => line.startsWith('INFO'))).toEqual([
      'INFO crictl runs with sudo: the direct call is refused',
      'INFO crictl runs without sudo: sudo refuses',
    ]);
  });

  it('gives sudo’s refusal, with its remedy, when both refuse', async () => {
    const folder = testFolder();
    writeProgram(folder, 'crictl', REFUSED);
    writeFileSync(join(folder, 'said'), crictlRun(V133, 'sudo-not-allowed').stderr);
    writeProgram(folder, 'sudo', `cat ${folder}/said >&2; exit 1`);
    const { bridge } = bridgeIn(folder, auto);
    await expect(bridge.images()).rejects.toMatchObject({
      code: 'crictl_permission_denied',
      message: expect.stringMatching(/sudo does not allow this call.*npm run sudoers/),
    });
  });

  it('reports the direct refusal when sudo is not installed', async () => {
    const folder = testFolder();
    writeProgram(folder, 'crictl', REFUSED);
    const { bridge } = bridgeIn(folder, auto);
    await expect(bridge.images()).rejects.toMatchObject({
      code: 'crictl_permission_denied',
      message: expect.stringContaining('user tester may not open the container runtime'),
    });
  });

  it('does not try sudo as root', async () => {
    const folder = testFolder();
    writeProgram(folder, 'crictl', REFUSED);
    writeProgram(folder, 'sudo', EMPTY);
    const { bridge } = bridgeIn(folder, auto, { isRoot: true });
    await expect(bridge.images()).rejects.toMatchObject({ code: 'crictl_permission_denied' });
  });

  it('does not try sudo when the runtime is down', async () => {
    const folder = testFolder();
    writeProgram(folder, 'crictl', 'echo "connect: connection refused" >&2; exit 1');
    writeProgram(folder, 'sudo', EMPTY);
    const { bridge } = bridgeIn(folder, auto);
    await expect(bridge.images()).rejects.toMatchObject({ code: 'runtime_unreachable' });
  });
});

describe('unusable programs', () => {
  it('a configured path that is not executable is crictl_permission_denied', async () => {
    const folder = testFolder();
    const crictl_path = writeProgram(folder, 'mine', EMPTY);
    chmodSync(crictl_path, 0o644);
    const { bridge } = bridgeIn(folder, { crictl_path });
    await expect(bridge.images()).rejects.toMatchObject({ code: 'crictl_permission_denied' });
  });

  it('a program for another architecture is crictl_not_found', async () => {
    const folder = testFolder();
    const crictl_path = join(folder, 'crictl');
    writeFileSync(crictl_path, '\u007fELF of another kind');
    chmodSync(crictl_path, 0o755);
    const { bridge } = bridgeIn(folder, { crictl_path });
    await expect(bridge.images()).rejects.toMatchObject({
      code: 'crictl_not_found',
      message: expect.stringContaining('built for this machine'),
    });
  });
});

describe('the runtime that crictl reads', () => {
  /** A crictl that records its arguments, and a host with these sockets. */
  function hostWith(...names: string[]) {
    const folder = testFolder();
    writeProgram(folder, 'crictl', `echo "$@" >> ${folder}/calls; ${EMPTY}`);
    const sockets = names.map((name) => join(folder, `${name}.sock`));
    for (const socket of sockets) writeFileSync(socket, '');
    return { folder, sockets };
  }

  it('is determined again for each run', async () => {
    const { folder, sockets } = hostWith('containerd', 'crio');
    const { bridge } = bridgeIn(folder, {}, { sockets });
    await bridge.images();
    rmSync(join(folder, 'crio.sock'));
    expect(await bridge.images({ fresh: true })).not.toHaveProperty('ambiguous');
  });

  it('is passed as arguments under sudo when the environment names it', async () => {
    const { folder } = hostWith();
    writeProgram(folder, 'sudo', 'shift; exec env -i "$@"');
    const environment = { CONTAINER_RUNTIME_ENDPOINT: 'unix:///e.sock' };
    const { bridge } = bridgeIn(folder, { crictl_sudo: true }, { environment });
    await bridge.images();
    expect(calls(folder)).toEqual([
      '--timeout 9s --runtime-endpoint unix:///e.sock images -o json',
    ]);
  });

  it('is runtime_unreachable when CRI_CONFIG_FILE is wrong, and crictl is not run', async () => {
    const { folder } = hostWith();
    const environment = { CRI_CONFIG_FILE: 'crictl.yaml' };
    const { bridge } = bridgeIn(folder, {}, { environment });
    await expect(bridge.images()).rejects.toMatchObject({
      code: 'runtime_unreachable',
      message: expect.stringContaining('CRI_CONFIG_FILE is crictl.yaml, which is not an absolute'),
    });
    expect(existsSync(join(folder, 'calls'))).toBe(false);
  });
});

describe('runtimeExpected', () => {
  const inFolder = (name: string, make: (path: string) => void) => (folder: string) => {
    make(join(folder, name));
    return join(folder, name);
  };
  const aFile = inFolder('there', (path) => writeFileSync(path, ''));
  const aFolder = inFolder('there', (path) => mkdirSync(path));

  it('is false on a host without crictl, configuration and socket', () => {
    const folder = testFolder();
    const sockets = [join(folder, 'containerd.sock')];
    expect(bridgeIn(folder, {}, { sockets }).bridge.runtimeExpected()).toBe(false);
  });

  it.each<[string, (folder: string) => [Partial<CrictlConfiguration>, Partial<Host>?]]>([
    ['a configured path', () => [{ crictl_path: '/nowhere/crictl' }]],
    ['a configured endpoint', () => [{ crictl_runtime_endpoint: 'unix:///nowhere.sock' }]],
    [
      'an endpoint in the environment',
      () => [{}, { environment: { CONTAINER_RUNTIME_ENDPOINT: 'unix:///nowhere.sock' } }],
    ],
    [
      'a file in the environment',
      () => [{}, { environment: { CRI_CONFIG_FILE: '/nowhere.yaml' } }],
    ],
    [
      'the state of a stopped runtime',
      (folder) => [{}, { runtimeTraces: [join(folder, 'crio'), aFolder(folder)] }],
    ],
    ['a configuration file of crictl', (folder) => [{}, { crictlConfigFile: aFile(folder) }]],
    [
      'crictl',
      (folder) => {
        writeProgram(folder, 'crictl', 'true');
        return [{}];
      },
    ],
    ['a known socket', (folder) => [{}, { sockets: [aFile(folder)] }]],
  ])('is true on a host with %s', (_, hostIn) => {
    const folder = testFolder();
    expect(bridgeIn(folder, ...hostIn(folder)).bridge.runtimeExpected()).toBe(true);
  });

  it('is determined again after five seconds', () => {
    const folder = testFolder();
    const clock = { ms: 0 };
    const bridge = createCrictlBridge({
      crictl_config: crictlConfig({}),
      logger: keepingLogger(),
      host: testHost(folder),
      now: () => clock.ms,
    });
    const before = bridge.runtimeExpected();
    writeProgram(folder, 'crictl', 'true');
    const same = bridge.runtimeExpected();
    clock.ms += 5000;

    expect([before, same, bridge.runtimeExpected()]).toEqual([false, false, true]);
  });
});
