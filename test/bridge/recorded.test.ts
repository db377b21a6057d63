/** Every recorded answer of every crictl version, replayed through the bridge by a real executable. */
import { describe, expect, it } from 'vitest';
import { createCrictlBridge } from '../../bridge/crictl-bridge.ts';
import {
  parseImageFilesystems,
  parseSandboxImage,
  parseVersion,
} from '../../bridge/facts-output.ts';
import type { Bridge } from '../../shared/ports/bridge.ts';
import {
  CRICTL_RELEASES,
  type CrictlRun,
  crictlOutput,
  crictlReleasesWith,
  crictlRun,
  crictlRuns,
} from '../fixtures/recordings.ts';
import { testFolder } from '../support/folder.ts';
import { crictlConfig, keepingLogger, replay, testHost } from './programs.ts';

const runs = CRICTL_RELEASES.flatMap((release) =>
  crictlRuns(release).map((name) => [release, name] as const),
);

/** The result of each recorded run, the same for images and containers. */
const EXPECTED: Readonly<Record<string, string>> = {
  'extra-args': 'crictl_bad_output',
  'inspecti-missing': 'crictl_bad_output',
  'no-config': 'ok',
  'no-socket': 'runtime_unreachable',
  'permission-denied': 'crictl_permission_denied',
  'permission-denied-no-endpoint': 'crictl_permission_denied',
  'sandbox-image-missing': 'crictl_bad_output',
  'sudo-allowed': 'ok',
  'sudo-crictl-missing': 'crictl_not_found',
  'sudo-not-allowed': 'crictl_permission_denied',
  'sudo-not-installed': 'crictl_permission_denied',
  'sudo-refused': 'crictl_permission_denied',
  timeout: 'crictl_timeout',
};

/** A bridge whose crictl always gives this answer, or with `as: 'sudo'` whose sudo does. */
function bridgeOver(answer: CrictlRun, as = 'crictl'): Bridge {
  const folder = testFolder();
  const program = replay(folder, as, answer);
  const viaSudo = as === 'sudo';
  return createCrictlBridge({
    crictl_config: crictlConfig({
      crictl_path: viaSudo ? '/bin/false' : program,
      crictl_sudo: viaSudo,
    }),
    logger: keepingLogger(),
    host: testHost(folder),
  });
}

describe('each recorded run', () => {
  it('has an expectation', () => {
    const names = new Set(runs.map(([, name]) => name));
    expect([...names].sort()).toEqual(Object.keys(EXPECTED).sort());
  });

  it.each(runs)('%s %s', async (version, name) => {
    const program = name.startsWith('sudo-') ? 'sudo' : 'crictl';
    const bridge = bridgeOver(crictlRun(version, name), program);
    const outcome = await bridge.images().then(
      () => ({ code: 'ok' }),
      (err: unknown) => err,
    );
    expect(outcome).toMatchObject({ code: EXPECTED[name] });
  });
});

/** A run that printed a recorded output and succeeded. */
const printed = (stdout: string): CrictlRun => ({ stdout, stderr: '', exitCode: 0 });

describe.each(CRICTL_RELEASES)('the lists of %s', (version) => {
  it('images.json is read completely', async () => {
    const { rows } = await bridgeOver(printed(crictlOutput(version, 'images.json'))).images();
    const recorded = JSON.parse(crictlOutput(version, 'images.json')).images;
    expect(
      rows.map((row) => ({
        id: `sha256:${row.id}`,
        repoTags: row.repo_tags,
        repoDigests: row.repo_digests,
        size: String(row.size_bytes),
        pinned: row.pinned,
      })),
    ).toEqual(
      recorded.map(({ id, repoTags, repoDigests, size, pinned }: Record<string, unknown>) => ({
        id,
        repoTags,
        repoDigests,
        size,
        pinned,
      })),
    );
  });

  it('ps-all.json is read completely', async () => {
    const { rows } = await bridgeOver(printed(crictlOutput(version, 'ps-all.json'))).containers();
    const recorded = JSON.parse(crictlOutput(version, 'ps-all.json')).containers;
    expect(rows).toEqual(
      recorded.map(
        (container: {
          id: string;
          imageRef: string;
          state: string;
          createdAt: string;
          metadata: { name: string; attempt: number };
          image: { image: string };
          labels: Record<string, string>;
        }) => ({
          id: container.id,
          name: container.metadata.name,
          state: container.state,
          image_ref: container.imageRef,
          image: container.image.image,
          pod: container.labels['io.kubernetes.pod.name'] ?? null,
          namespace: container.labels['io.kubernetes.pod.namespace'] ?? null,
          pod_uid: container.labels['io.kubernetes.pod.uid'] ?? null,
          attempt: container.metadata.attempt,
          created_at: new Date(Math.floor(Number(container.createdAt) / 1e6)).toISOString(),
          finished_at: null,
        }),
      ),
    );
  });

  it('imagefsinfo.json is read completely', () => {
    const stdout = crictlOutput(version, 'imagefsinfo.json');
    const used = /"usedBytes": {\s*"value": "(\d+)"/.exec(stdout)?.[1];
    expect(parseImageFilesystems(stdout)).toEqual([
      {
        mountpoint: '/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs',
        used_bytes: Number(used),
      },
    ]);
  });

  it.each(['images', 'ps-all', 'pods', 'imagefsinfo'])(
    '%s.json cut in half is crictl_bad_output',
    async (name) => {
      const stdout = crictlOutput(version, `${name}.json`);
      const bridge = bridgeOver(printed(stdout.slice(0, stdout.length / 2)));
      await expect(bridge.images()).rejects.toMatchObject({ code: 'crictl_bad_output' });
      await expect(bridge.containers()).rejects.toMatchObject({ code: 'crictl_bad_output' });
    },
  );

  it.each(['pods', 'imagefsinfo'])('%s.json is no list of images', async (name) => {
    const bridge = bridgeOver(printed(crictlOutput(version, `${name}.json`)));
    await expect(bridge.images()).rejects.toMatchObject({ code: 'crictl_bad_output' });
  });
});

describe.each(crictlReleasesWith('images.txt'))('%s', (version) => {
  it.each(['images.txt', 'images-digests.txt'])('%s is no answer, at exit code 0', async (file) => {
    const table = printed(crictlOutput(version, file));
    await expect(bridgeOver(table).images()).rejects.toThrow(
      'a table instead of the expected JSON',
    );
  });
});

it.each(crictlReleasesWith('version.txt'))('version.txt of %s is read', (version) => {
  expect(parseVersion(crictlOutput(version, 'version.txt'))).toEqual({
    name: 'containerd',
    version: expect.stringMatching(/^1\.[67]\.2\d~ds1$/),
  });
});

it.each(crictlReleasesWith('info.json'))(
  'sandbox-image.txt of %s is the sandbox image in info.json',
  (version) => {
    const { sandboxImage } = JSON.parse(crictlOutput(version, 'info.json')).config;
    expect(parseSandboxImage(crictlOutput(version, 'sandbox-image.txt'))).toBe(sandboxImage);
  },
);
