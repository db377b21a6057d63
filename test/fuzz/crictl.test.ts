/** What crictl and the files of its host print, as the bridge reads it. */
import { writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crictlFailure } from '../../bridge/crictl-failure.ts';
import { parseContainers, parseImages } from '../../bridge/crictl-output.ts';
import type { RunResult } from '../../bridge/exec.ts';
import {
  parseImageFilesystems,
  parseSandboxImage,
  parseVersion,
} from '../../bridge/facts-output.ts';
import { kubeletSocket } from '../../bridge/kubelet-socket.ts';
import { runtimeEndpoint } from '../../bridge/runtime-endpoint.ts';
import { withSandbox } from '../../bridge/sandbox-image.ts';
import { containersReadingSchema, imagesReadingSchema } from '../../shared/ports/bridge.ts';
import { ENDED, testHost } from '../bridge/programs.ts';
import {
  CRICTL_RELEASES,
  crictlOutput,
  crictlReleasesWith,
  crictlRun,
  crictlRuns,
} from '../fixtures/recordings.ts';
import { testFolder } from '../support/folder.ts';
import { holds, unlessRefused } from './fuzz.ts';
import { expectLinear } from './growth.ts';
import { anyText, mutated } from './texts.ts';

const recorded = (output: string) => [
  ...new Set(crictlReleasesWith(output).map((release) => crictlOutput(release, output))),
];
const IMAGES = recorded('images.json');
const CONTAINERS = recorded('ps-all.json');
const FILESYSTEMS = recorded('imagefsinfo.json');
const VERSIONS = recorded('version.txt');
const SANDBOXES = recorded('sandbox-image.txt');
const STDERRS = CRICTL_RELEASES.flatMap((release) =>
  crictlRuns(release).map((run) => crictlRun(release, run).stderr),
);
const CALL = {
  crictlPath: '/usr/bin/crictl',
  viaSudo: true,
  user: 'image-api',
  timeoutMs: 1000,
  endpoint: null,
};
const isBytes = (bytes: number | null) =>
  bytes === null || (Number.isSafeInteger(bytes) && bytes >= 0);
const failed = (stderr: string): RunResult => ({ ...ENDED, exitCode: 1, stderr });

describe('bad output of crictl is refused, or read as what the bridge may send:', () => {
  it('images', () => {
    holds(mutated(IMAGES), (stdout) => {
      const images = unlessRefused(() => parseImages(stdout)) ?? [];
      expect(() => imagesReadingSchema.parse({ started_at_ms: 0, images })).not.toThrow();
      expect(images.every(({ size_bytes }) => isBytes(size_bytes))).toBe(true);
      expect(withSandbox(images, 'registry.k8s.io/pause:3.9')).toHaveLength(images.length);
    });
  });

  it('containers', () => {
    holds(mutated(CONTAINERS), (stdout) => {
      const containers = unlessRefused(() => parseContainers(stdout)) ?? [];
      expect(() => containersReadingSchema.parse({ started_at_ms: 0, containers })).not.toThrow();
      const times = containers.flatMap(({ created_at, finished_at }) => [created_at, finished_at]);
      expect(times.filter((time) => time !== null && Number.isNaN(Date.parse(time)))).toEqual([]);
    });
  });

  it('the file systems of images', () => {
    holds(mutated(FILESYSTEMS), (stdout) => {
      const filesystems = unlessRefused(() => parseImageFilesystems(stdout)) ?? [];
      expect(filesystems.every(({ used_bytes }) => isBytes(used_bytes))).toBe(true);
      expect(filesystems.every(({ mountpoint }) => mountpoint !== '')).toBe(true);
    });
  });

  it('the version and the sandbox image', () => {
    holds(mutated([...VERSIONS, ...SANDBOXES]), (stdout) => {
      const version = unlessRefused(() => parseVersion(stdout));
      expect(version === null || version.name !== '').toBe(true);
      const image = unlessRefused(() => parseSandboxImage(stdout));
      expect(image ?? 'a').toMatch(/^[\w./:@-]{1,512}$/);
    });
  });

  it('messages of a failure', () => {
    holds(fc.tuple(mutated(STDERRS), anyText), ([stderr, more]) => {
      const problem = crictlFailure(failed(`${stderr}\n${more}`), CALL);
      expect(problem?.message).not.toMatch(/\p{Cc}/u);
      expect(problem?.message.length).toBeLessThan(2000);
    });
  });
});

it('bad files of the kubelet and of crictl name an absolute path, or nothing', () => {
  const host = testHost(testFolder());
  const valid = [
    'containerRuntimeEndpoint: unix:///run/crio/crio.sock\n',
    'KUBELET_KUBEADM_ARGS="--container-runtime-endpoint=unix:///run/a.sock"\n',
    'runtime-endpoint: "unix:///run/x.sock"\n',
  ];
  holds(mutated(valid), (text) => {
    writeFileSync(host.kubeletFiles.configuration, text);
    writeFileSync(host.kubeletFiles.flags, text);
    writeFileSync(host.crictlConfigFile, text);
    expect(kubeletSocket(host) ?? '/').toMatch(/^\//);
    const found = runtimeEndpoint(null, { host, crictl: { path: '/bin/crictl', asRoot: false } });
    expect(found.args.every((argument) => argument !== '')).toBe(true);
  });
});

describe('the time for bad output grows with its size:', () => {
  const socketIn = (text: string) => {
    const host = testHost(testFolder());
    writeFileSync(host.kubeletFiles.configuration, text);
    return kubeletSocket(host);
  };
  const endpointIn = (text: string) => {
    const host = testHost(testFolder());
    writeFileSync(host.crictlConfigFile, text);
    return runtimeEndpoint(null, { host, crictl: { path: '/bin/crictl', asRoot: false } });
  };
  const image = (n: number) => `{"id":"${n}","repoTags":["a:${n}"],"size":"1"}`;
  const rows = (n: number) => Array.from({ length: n / 40 }, (_, index) => image(index)).join();
  const messages = (text: string) => crictlFailure(failed(text), CALL);

  it.each<[string, (text: string) => unknown, (size: number) => string]>([
    ['images', parseImages, (n) => `{"images":[${rows(n)}]}`],
    ['wrong images', parseImages, (n) => `{"images":[${'1,'.repeat(n / 2)}1]}`],
    ['tags', parseImages, (n) => `{"images":[{"id":"a","repoTags":[${'"",'.repeat(n / 3)}""]}]}`],
    ['digits of a size', parseImages, (n) => `{"images":[{"id":"a","size":"${'1'.repeat(n)}"}]}`],
    ['nesting', parseContainers, (n) => `{"containers":${'['.repeat(n / 2)}${']'.repeat(n / 2)}}`],
    ['spaces', parseImages, (n) => `${' '.repeat(n)}x`],
    ['braces', parseImageFilesystems, (n) => '}\n'.repeat(n / 2)],
    ['empty lines', parseImageFilesystems, (n) => `}${'\n'.repeat(n)}x`],
    ['documents', parseImageFilesystems, (n) => '{\n}\n'.repeat(n / 4)],
    ['spaces of a version', parseVersion, (n) => `RuntimeName:${' '.repeat(n)}\n`],
    ['names of a version', parseVersion, (n) => 'RuntimeName: \n'.repeat(n / 14)],
    ['a sandbox image', parseSandboxImage, (n) => `${'a/'.repeat(n / 2)}!`],
    ['a kubelet’s empty lines', socketIn, (n) => '\n'.repeat(n)],
    ['a kubelet’s spaces', socketIn, (n) => ' '.repeat(n)],
    ['a kubelet’s keys', socketIn, (n) => 'containerRuntimeEndpoint:\n'.repeat(n / 25)],
    ['crictl’s empty lines', endpointIn, (n) => '\n'.repeat(n)],
    ['lines of stderr', messages, (n) => 'a\n'.repeat(n / 2)],
    ['a line of stderr', messages, (n) => 'error reading server preface '.repeat(n / 29)],
    ['sudo’s rules', messages, (n) => 'sudoers parse errosyntax error '.repeat(n / 31)],
    ['quotes of stderr', messages, (n) => 'msg="\\"'.repeat(n / 7)],
    ['backslashes of stderr', messages, (n) => `msg="${'\\'.repeat(n)}`],
    ['levels of stderr', messages, (n) => 'level=level='.repeat(n / 12)],
    ['words of stderr', messages, (n) => `${'a'.repeat(n)}: 1: `],
  ])('%s', async (_, parse, make) => {
    await expectLinear(make, parse);
  });
});
