import { describe, expect, it } from 'vitest';
import { parseContainers, parseImages } from '../../../../bridge/crictl-output.ts';
import { soughtArtifact } from '../../../../shared/domain/images/artifact-match.ts';
import { hostIndex } from '../../../../shared/domain/images/host-index.ts';
import { hostUsage } from '../../../../shared/domain/images/host-usage.ts';
import type { HostRows } from '../../../../shared/domain/images/image-use.ts';
import type { UsageArtifact } from '../../../../shared/domain/images/usage-artifact.ts';
import { unknownDetail } from '../../../../shared/domain/images/usage-detail.ts';
import type { HostContainer, HostImage } from '../../../../shared/ports/bridge.ts';
import { CRICTL_RELEASES, crictlOutput } from '../../../fixtures/recordings.ts';
import { containerRow, imageRow } from '../../../support/host-rows.ts';

const hex = (letter: string): string => letter.repeat(64);
const digest = (letter: string): string => `sha256:${hex(letter)}`;

/** `team/app` with the tag v1; its digest is 1…1. */
function artifact(fields: Partial<UsageArtifact> = {}): UsageArtifact {
  return {
    digest: digest('1'),
    partDigests: [],
    repository: 'team/app',
    tags: ['v1'],
    ...fields,
  };
}

const image = imageRow;
const container = containerRow;

function usageOn(host: HostRows, of = artifact()) {
  return { node: null, ...hostUsage(hostIndex(host), soughtArtifact(of)) };
}

/** The judgement on `team/app:v1` alone. */
function usage(images: HostImage[], containers: HostContainer[], of = artifact()): string {
  return usageOn({ images, containers }, of).usage;
}

const recorded = (version: string) => ({
  images: parseImages(crictlOutput(version, 'images.json')),
  containers: parseContainers(crictlOutput(version, 'ps-all.json')),
});
const versions = CRICTL_RELEASES.filter((name) => name.endsWith('containerd-1.7.24'));

describe.each(versions)('recorded on containerd, %s', (version) => {
  const host = recorded(version);

  it.each([
    [
      'a running container',
      'library/app',
      '2ec23b0db30e485789635a6a7eaef5ffeedfdbcb3d490f199eaa42cf9d85a75b',
      'in_use',
    ],
    [
      'an exited container',
      'library/app',
      '5efe75650c803f73dd3be973d6c78669d63253eafd8def37e8f36e94df5d28f3',
      'in_use',
    ],
    [
      'a running container of a multi-platform index',
      'multi/arch',
      'e3368cfcdebf1384c1d2e4f34ad1543d80d088706e4bd6dca0cb4cd85f3dd313',
      'in_use',
    ],
    [
      'no container, tagged',
      'library/roll',
      '10577b7d9a7900da743e328e9372a9154b839a58f286664349c0e01d3a7d3a18',
      'present',
    ],
    [
      'no container, its tag moved away',
      'library/roll',
      'c99fe20b5f170bab79fe5cc9989184c6ce34020ac25e8940657ac96283221149',
      'present',
    ],
    [
      'no container, by digest only',
      'library/donly',
      '824e1919f1591d633fa211b5c5b504e94fe342f7c60ba987e23c19e21dc9b04f',
      'present',
    ],
    [
      'the runtime itself: pinned',
      'pause',
      '81aae77cca6601732fa68966559ef2e8c113ef0c589d7bfbab772ff5eacc0ed4',
      'in_use',
    ],
    ['nothing: the digest is not here', 'library/app', hex('9'), 'absent'],
    [
      'nothing: the digest is an image id',
      'library/app',
      '91e65becf52108d5f79bbbf5f03d315d7145881ad0c9f3383111061db4bfcb58',
      'absent',
    ],
  ])('used by %s', (_, repository, hash, expected) => {
    const of = artifact({ digest: `sha256:${hash}`, repository, tags: [] });
    expect(usageOn(host, of).usage).toBe(expected);
  });
});

describe('recorded on containerd 1.6, images without digests', () => {
  const host = recorded('v1.33.0-containerd-1.6.20');

  it.each([
    ['nginx by name, in use', 'library/nginx', '1.27', 'in_use'],
    ['another tag of nginx', 'library/nginx', '1.28', 'absent'],
    ['an image that no container uses', 'acme/tools/builder', '2026-01', 'present'],
  ])('%s', (_, repository, tag, expected) => {
    const of = artifact({ digest: digest('9'), repository, tags: [tag] });
    expect(usageOn(host, of).usage).toBe(expected);
  });

  it('an image under a registry with a port, by digest', () => {
    const of = artifact({
      digest: 'sha256:f8de6b9e23536f1c1f97bf691c2d11864ff410132eda1582ae3eba007e7956c0',
      repository: 'library/app',
    });
    const found = usageOn(host, of);
    expect(found).toMatchObject({ usage: 'in_use', reason: 'containers' });
    expect(found.containers.map(({ name, state }) => ({ name, state }))).toEqual([
      { name: 'job', state: 'CONTAINER_RUNNING' },
    ]);
  });
});

describe('an image with digests', () => {
  const ours = image({ repo_digests: [`mirror.test/other/name@${digest('1')}`] });

  it('counts by digest, under any name', () => {
    expect(usage([ours], [container({ image_ref: digest('a') })])).toBe('in_use');
  });

  it('counts by the digest of a child of the index', () => {
    const of = artifact({ digest: digest('2'), partDigests: [digest('1')] });
    expect(usage([ours], [container({ image_ref: digest('a') })], of)).toBe('in_use');
  });

  it('counts by any of its digests', () => {
    const repo_digests = [`r/team/app@${digest('7')}`, `r/team/app@${digest('1')}`];
    const both = image({ repo_digests });
    expect(usage([both], [container({ image_ref: digest('a') })])).toBe('in_use');
  });

  it('is not ours by name when its digest says otherwise', () => {
    const moved = image({
      repo_tags: ['r/team/app:v1'],
      repo_digests: [`r/team/app@${digest('7')}`],
    });
    const user = container({ image_ref: digest('a'), image: 'r/team/app:v1' });
    expect(usage([moved], [user])).toBe('absent');
  });

  it('never counts because its id equals the artifact’s digest', () => {
    const other = image({ id: hex('1'), repo_digests: [`r/team/app@${digest('7')}`] });
    expect(usage([other], [container({ image_ref: digest('1') })])).toBe('absent');
  });
});

describe('an image that lists only the digest of its index', () => {
  const index = digest('5');
  const ours = image({ repo_digests: [`r.test/team/app@${index}`] });
  const child = artifact({ indexDigests: [index], tags: [] });

  it.each([
    ['by its id', digest('a')],
    ['by the index', `r.test/team/app@${index}`],
  ])('is in use for each child of the index when a container names it %s', (_, image_ref) => {
    expect(usage([ours], [container({ image_ref })], child)).toBe('in_use');
  });

  it('is in use for the index', () => {
    const of = artifact({ digest: index, partDigests: [digest('1'), digest('2')] });
    expect(usage([ours], [container({ image_ref: digest('a') })], of)).toBe('in_use');
  });

  it('is present for a child when no container uses it', () => {
    expect(usage([ours], [], child)).toBe('present');
  });

  it('is in use for a child when the host no longer has the image', () => {
    const user = container({ image_ref: `r.test/team/app@${index}` });
    expect(usage([], [user], child)).toBe('in_use');
  });

  it('is another image for an artifact that no such index refers to', () => {
    const of = artifact({ indexDigests: [digest('6')] });
    expect(usage([ours], [container({ image_ref: digest('a') })], of)).toBe('absent');
  });

  it.each([
    ['containerd', digest('a')],
    ['CRI-O', hex('a')],
    ['CRI-O, by the index', `r.test/team/app@${index}`],
  ])('is found by its configuration when the index is gone: %s', (_, image_ref) => {
    const of = artifact({ configDigests: [digest('a')] });
    expect(usage([ours], [container({ image_ref })], of)).toBe('in_use');
  });

  it('is found by its configuration when the host no longer has the image', () => {
    const of = artifact({ configDigests: [digest('a')] });
    expect(usage([], [container({ image_ref: digest('a') })], of)).toBe('in_use');
  });
});

describe('the sandbox image under pods', () => {
  const pod = container({ image_ref: digest('c') });
  const others = image({ id: hex('c'), repo_digests: [`r.test/team/web@${digest('8')}`] });
  const sandbox = (name: string) =>
    image({ repo_tags: [`${name}:3.9`], repo_digests: [`${name}@${digest('1')}`] });

  it.each([
    'registry.k8s.io/pause',
    'host:9443/mirror/pause-amd64',
    'docker.io/rancher/mirrored-pause',
  ])('%s is in use although no container names it and it is not pinned', (name) => {
    expect(usage([sandbox(name), others], [pod])).toBe('in_use');
  });

  it('is present when there is no pod', () => {
    expect(usage([sandbox('registry.k8s.io/pause')], [])).toBe('present');
  });

  it('is not every image with pause in its name', () => {
    expect(usage([sandbox('r.test/team/unpause'), others], [pod])).toBe('present');
  });
});

describe('CRI-O', () => {
  const ours = image({ repo_digests: [`r.test/team/app@${digest('1')}`] });

  it('names the image by repository and digest', () => {
    const user = container({ image_ref: `r.test/team/app@${digest('1')}`, image: hex('a') });
    expect(usage([ours], [user])).toBe('in_use');
  });

  it('names it by another of its digests', () => {
    const repo_digests = [`r.test/team/app@${digest('1')}`, `r.test/team/app@${digest('2')}`];
    const user = container({ image_ref: `r.test/team/app@${digest('2')}` });
    expect(usage([image({ repo_digests })], [user])).toBe('in_use');
  });

  it('names it by its bare id', () => {
    expect(usage([ours], [container({ image_ref: hex('a') })])).toBe('in_use');
  });

  it('names an image that the host has no more', () => {
    const user = container({ image_ref: `r.test/team/app@${digest('1')}` });
    expect(usage([], [user])).toBe('in_use');
  });

  it('names another digest of the repository', () => {
    const user = container({ image_ref: `r.test/team/app@${digest('8')}`, image: 'r/team/app:v1' });
    expect(usage([ours], [user])).toBe('present');
  });
});

describe('cri-dockerd', () => {
  it.each([
    ['by digest', `docker-pullable://r.test/team/app@${digest('1')}`],
    ['by id', `docker://${digest('a')}`],
    ['by bare id', `docker://${hex('a')}`],
  ])('names the image %s', (_, image_ref) => {
    const ours = image({ repo_digests: [`r.test/team/app@${digest('1')}`] });
    expect(usage([ours], [container({ image_ref })])).toBe('in_use');
  });

  const local = image({ repo_tags: ['r.test/team/app:v1'], repo_digests: ['<none>@<none>'] });

  it('has images without a usable digest: they count by name', () => {
    expect(usage([local], [container({ image_ref: digest('a') })])).toBe('in_use');
    expect(usage([local], [])).toBe('present');
  });

  it('names the image by its tag', () => {
    expect(usage([local], [container({ image_ref: 'r.test/team/app:v1' })])).toBe('in_use');
  });

  it('takes a name without a tag for latest', () => {
    const latest = image({ repo_tags: ['r.test/team/app:latest'] });
    const user = container({ image_ref: 'r.test/team/app' });
    expect(usage([latest], [user], artifact({ tags: ['latest'] }))).toBe('in_use');
  });

  it('has lost the name of an image: the name in the pod decides', () => {
    const nameless = image({ repo_tags: ['<none>:<none>'], repo_digests: ['<none>@<none>'] });
    const asking = (name: string) => [container({ image_ref: digest('a'), image: name })];
    expect(usage([nameless], asking('r.test/team/app:v0'))).toBe('in_use');
    expect(usage([nameless], asking('r.test/team/other:v1'))).toBe('absent');
    expect(usage([nameless], asking(digest('a')))).toBe('unknown');
  });

  it('has a tag that has moved from the image that the pod named', () => {
    const retagged = image({ repo_tags: ['r.test/team/app:v2'] });
    const user = container({ image_ref: digest('a'), image: 'r.test/team/app:v1' });
    expect(usage([retagged], [user])).toBe('in_use');
  });
});

describe('a container whose image is not in the list', () => {
  it.each([
    ['names this repository', 'r.test/team/app:v9', 'in_use'],
    ['names this repository of another registry', 'host:9443/team/app:v1', 'in_use'],
    ['names this repository without a registry', 'team/app', 'in_use'],
    ['names the digest', `r.test/x/y@${digest('1')}`, 'in_use'],
    ['names another digest', `r.test/team/app:v1@${digest('8')}`, 'absent'],
    ['names another repository', 'r.test/team/application:v1', 'absent'],
    ['names a repository that only ends alike', 'r.test/myteam/app:v1', 'absent'],
    ['names nothing', '', 'unknown'],
    ['names an id', digest('e'), 'unknown'],
    ['names a short id', 'eeeeeeeeeeeee', 'unknown'],
    ['names <none>', '<none>:<none>', 'unknown'],
  ])('%s', (_, name, expected) => {
    expect(usage([], [container({ image_ref: digest('e'), image: name })])).toBe(expected);
  });
});

describe('a container whose pod named a digest that the registry does not have', () => {
  const user = container({ image_ref: digest('e'), image: `r.test/team/app@${digest('8')}` });
  const knowing = { knownDigests: new Set([digest('1')]), configDigests: null };

  it('may use an index that contained the artifact, although only its id is listed', () => {
    expect(usage([], [user], artifact(knowing))).toBe('unknown');
  });

  it('uses the image that has this digest', () => {
    const repo_digests = [`r.test/team/app@${digest('8')}`, `r.test/team/app@${digest('1')}`];
    expect(usage([image({ repo_digests })], [user], artifact(knowing))).toBe('in_use');
  });
});

describe('several reasons', () => {
  const ours = image({ repo_digests: [`r.test/team/app@${digest('1')}`] });
  const user = container({ name: 'user', image_ref: digest('a') });
  const unknown = container({ name: 'stranger', image_ref: digest('e') });

  it('in_use comes before unknown', () => {
    expect(usage([ours], [unknown, user])).toBe('in_use');
  });

  it('unknown comes before present, and names the containers', () => {
    const found = usageOn({ images: [ours], containers: [unknown] });
    expect(found).toMatchObject({ usage: 'unknown', containers: [unknown] });
    expect(unknownDetail([found])).toBe(
      'Cannot determine which image container stranger (running) uses.',
    );
  });

  it('an empty host uses nothing', () => {
    expect(usage([], [])).toBe('absent');
  });
});

describe('while the sandbox image is unknown', () => {
  const web = image({ id: hex('a'), repo_digests: [`r.test/team/app@${digest('1')}`] });
  const other = image({ id: hex('b'), repo_digests: [`r.test/team/other@${digest('2')}`] });
  const running = container({ image_ref: other.id });
  const host = { images: [web, other], containers: [running], sandboxUnknown: true };

  it('an artifact that the host has without a container may be it', () => {
    const found = usageOn(host);
    expect(found).toMatchObject({ usage: 'unknown', reason: 'sandbox', containers: [] });
    expect(unknownDetail([found])).toContain(
      'whether it is the sandbox image of the pods: the runtime',
    );
  });

  it('an artifact that a container uses is in use, and one that the host lacks is absent', () => {
    expect(usageOn(host, artifact({ digest: digest('2'), repository: 'team/other' })).usage).toBe(
      'in_use',
    );
    expect(usageOn(host, artifact({ digest: digest('3'), tags: ['v3'] })).usage).toBe('absent');
  });

  it('an artifact may be in an index that the host has and the registry lacks', () => {
    const of = artifact({ digest: digest('3'), tags: ['v3'], knownDigests: new Set<string>() });
    expect(usageOn(host, of)).toMatchObject({ usage: 'unknown', reason: 'needed' });
  });
});
