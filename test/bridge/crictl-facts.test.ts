import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createCrictlFacts } from '../../bridge/crictl-facts.ts';
import { createCrictlRunner } from '../../bridge/crictl-runner.ts';
import { type CrictlAnswers, fakeCrictl } from '../fake-crictl/index.ts';
import { recordedAnswers } from '../fake-crictl/recorded.ts';
import { crictlRun } from '../fixtures/recordings.ts';
import { eventually } from '../support/eventually.ts';
import { testFolder } from '../support/folder.ts';
import { crictlConfig, keepingLogger, testHost, writeProgram } from './programs.ts';

const NODE = recordedAnswers('v1.34.0-containerd-1.7.24');
const NOTHING = {
  runtime: null,
  image_filesystems: null,
  sandbox: { configured: null, running: null, runningUnread: true },
};
const ALL = {
  runtime: { name: 'containerd', version: '1.7.24~ds1' },
  image_filesystems: [
    {
      mountpoint: '/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs',
      used_bytes: 16_379_904,
    },
  ],
  sandbox: { configured: 'registry.k8s.io/pause:3.8', running: null },
};

/** The facts over a scripted crictl, on a clock that the test sets. */
function factsOver(answers: CrictlAnswers, { maxWaitMs = 30_000, sudo = false } = {}) {
  const crictl = fakeCrictl(answers);
  const folder = testFolder();
  const logger = keepingLogger();
  const clock = { ms: 0 };
  const now = () => clock.ms;
  const configuration = crictlConfig({ crictl_path: crictl.path, crictl_sudo: sudo });
  const runner = createCrictlRunner({ configuration, logger, host: testHost(folder), now });
  return {
    crictl,
    folder,
    logger,
    clock,
    read: createCrictlFacts({ runner, observeRun: (_, work) => work(), logger, now, maxWaitMs }),
  };
}

describe('the facts', () => {
  it('come from four calls, which all callers share for a minute', async () => {
    const { crictl, clock, read } = factsOver(NODE);
    const readings = await Promise.all([read(), read()]);
    clock.ms += 60_000;

    expect([...readings, await read()]).toEqual([ALL, ALL, ALL]);
    expect(
      crictl
        .calls()
        .map((args) => args.slice(2).join(' '))
        .sort(),
    ).toEqual([
      'imagefsinfo -o json',
      'info -o go-template --template {{.config.sandboxImage}}',
      expect.stringMatching(/^inspectp -o go-template --template /),
      'version',
    ]);
  });

  it('are read again after a minute', async () => {
    const { crictl, clock, read } = factsOver(NODE);
    await read();
    crictl.answer('version', { stdout: 'RuntimeName:  cri-o\nRuntimeVersion:  1.33.1\n' });
    clock.ms += 60_001;

    expect(await read()).toMatchObject({ runtime: { name: 'cri-o', version: '1.33.1' } });
  });

  it.each(['version', 'imagefsinfo', 'info'] as const)(
    'lack only what crictl %s should have said',
    async (command) => {
      const lacking = {
        version: { runtime: null },
        imagefsinfo: { image_filesystems: null },
        info: { sandbox: { configured: null, running: null } },
      };
      const { read } = factsOver({ ...NODE, [command]: { stdout: 'NAME:\n' } });

      expect(await read()).toEqual({ ...ALL, ...lacking[command] });
    },
  );

  it('have no sandbox image when the runtime does not tell it, which is no failure', async () => {
    const info = crictlRun('v1.34.0-containerd-1.6.20', 'sandbox-image-missing');
    const { logger, read } = factsOver({ ...NODE, info });

    expect(await read()).toEqual({ ...ALL, sandbox: { configured: null, running: null } });
    expect(logger.lines).toEqual([]);
  });

  it('have the images of the sandboxes, each once', async () => {
    const inspectp = { stdout: 'r.test/base:1 sha256:abc r.test/base:1 \n' };
    const { read } = factsOver({ ...NODE, inspectp });

    expect((await read()).sandbox.running).toEqual(['r.test/base:1', 'sha256:abc']);
  });

  it.each(['', 'NAME:\n   crictl inspectp', '<no value> '])(
    'know no sandbox from %j',
    async (stdout) => {
      const { read } = factsOver({ ...NODE, inspectp: { stdout } });

      expect((await read()).sandbox.running).toBeNull();
    },
  );

  it('are missing when crictl takes too long, and there when it has finished', async () => {
    const { read } = factsOver(
      { ...NODE, info: { ...NODE.info, delayMs: 300 } },
      { maxWaitMs: 50 },
    );

    expect(await read()).toEqual(NOTHING);
    await eventually(async () => expect(await read()).toEqual(ALL));
  });
});

describe('a failure', () => {
  const failing = crictlRun('v1.34.0-containerd-1.7.24', 'no-socket');
  const failures = { version: failing, imagefsinfo: failing, info: failing, inspectp: failing };

  it('is logged once, and again when it comes back', async () => {
    const { crictl, logger, clock, read } = factsOver(failures);
    await read();
    clock.ms += 60_001;
    await read();
    const once = [...logger.lines];
    crictl.answer('version', NODE.version ?? {});
    crictl.answer('imagefsinfo', NODE.imagefsinfo ?? {});
    crictl.answer('info', NODE.info ?? {});
    crictl.answer('inspectp', NODE.inspectp ?? {});
    clock.ms += 60_001;
    await read();
    crictl.answer('version', failing);
    clock.ms += 60_001;
    await read();

    expect(once).toEqual([
      expect.stringMatching(/^WARNING .* crictl imagefsinfo, info, inspectp, version failed: /),
    ]);
    expect(logger.lines).toHaveLength(2);
  });

  it('names only the calls that failed, and another call that fails later', async () => {
    const { crictl, logger, clock, read } = factsOver({ ...NODE, inspectp: failing });
    await read();
    crictl.answer('imagefsinfo', failing);
    clock.ms += 60_001;
    await read();

    expect(logger.lines).toEqual([
      expect.stringContaining(' crictl inspectp failed: '),
      expect.stringContaining(' crictl imagefsinfo failed: '),
    ]);
  });

  it('is tried again after five seconds', async () => {
    const { crictl, clock, read } = factsOver({ ...NODE, version: failing });
    await read();
    crictl.answer('version', NODE.version ?? {});
    clock.ms += 5001;

    expect(await read()).toEqual(ALL);
  });
});

describe('a sudoers rule of an earlier version', () => {
  it('leaves them out, and one line says to make it again; sudo is asked once a minute', async () => {
    const { folder, logger, clock, read } = factsOver({}, { sudo: true });
    const refusal = 'sudo: a password is required';
    writeProgram(folder, 'sudo', `echo asked >> ${folder}/asked; echo "${refusal}" >&2; exit 1`);
    const first = await read();
    clock.ms += 59_000;
    const second = await read();

    expect([first, second]).toEqual([NOTHING, NOTHING]);
    expect(readFileSync(`${folder}/asked`, 'utf8').trim().split('\n')).toHaveLength(4);
    expect(logger.lines).toEqual([expect.stringMatching(/^WARNING .*run `npm run sudoers` again/)]);
  });
});
