import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseContainers, parseImages } from '../../bridge/crictl-output.ts';
import {
  parseImageFilesystems,
  parseSandboxes,
  parseSandboxImage,
  parseVersion,
} from '../../bridge/facts-output.ts';
import { withSandbox } from '../../bridge/sandbox-image.ts';
import { containersReadingSchema, imagesReadingSchema } from '../../shared/ports/bridge.ts';
import {
  CRICTL_RELEASES,
  crictlOutput,
  crictlReleasesWith,
  crictlRun,
  crictlRuns,
} from '../fixtures/recordings.ts';
import { crictlProblem, endpointIn, kubeletSocketIn } from './examples.ts';
import { holds, unlessRefused } from './fuzz.ts';
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
const PAUSE = { configured: 'registry.k8s.io/pause:3.9', running: null };
const isBytes = (bytes: number | null) =>
  bytes === null || (Number.isSafeInteger(bytes) && bytes >= 0);

describe('bad output of crictl is refused, or read as what the bridge may send:', () => {
  it('images', () => {
    holds(mutated(IMAGES), (stdout) => {
      const images = unlessRefused(() => parseImages(stdout)) ?? [];
      expect(() => imagesReadingSchema.parse({ started_at_ms: 0, images })).not.toThrow();
      expect(images.every(({ size_bytes }) => isBytes(size_bytes))).toBe(true);
      expect(withSandbox(images, PAUSE)).toHaveLength(images.length);
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
      const running = unlessRefused(() => parseSandboxes(stdout)) ?? [];
      for (const name of [image ?? 'a', ...running]) expect(name).toMatch(/^[\w./:@-]{1,512}$/);
    });
  });

  it('messages of a failure', () => {
    holds(fc.tuple(mutated(STDERRS), anyText), ([stderr, more]) => {
      const problem = crictlProblem(`${stderr}\n${more}`);
      expect(problem?.message).not.toMatch(/\p{Cc}/u);
      expect(problem?.message.length).toBeLessThan(2000);
    });
  });
});

it('bad files of the kubelet and of crictl name an absolute path, or nothing', () => {
  const valid = [
    'containerRuntimeEndpoint: unix:///run/crio/crio.sock\n',
    'KUBELET_KUBEADM_ARGS="--container-runtime-endpoint=unix:///run/a.sock"\n',
    'runtime-endpoint: "unix:///run/x.sock"\n',
  ];
  holds(mutated(valid), (text) => {
    expect(kubeletSocketIn(text) ?? '/').toMatch(/^\//);
    expect(endpointIn(text)).not.toContain('');
  });
});
