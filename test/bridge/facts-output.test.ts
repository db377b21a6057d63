import { describe, expect, it } from 'vitest';
import {
  parseImageFilesystems,
  parseSandboxImage,
  parseVersion,
} from '../../bridge/facts-output.ts';
import { crictlOutput } from '../fixtures/recordings.ts';

const bad = expect.objectContaining({ code: 'crictl_bad_output' });
const V124 = 'v1.24.0-containerd-1.6.20';

describe('parseVersion', () => {
  it('reads the name and the version of the runtime', () => {
    const text = 'Version:  0.1.0\nRuntimeName:  cri-o\nRuntimeVersion:  1.33.1\n';
    expect(parseVersion(text)).toEqual({ name: 'cri-o', version: '1.33.1' });
  });

  it.each([
    ['nothing', ''],
    ['help', 'NAME:\n   crictl version - Display runtime version information\n'],
    ['no version', 'RuntimeName:  containerd\nRuntimeVersion:  \nRuntimeApiVersion:  v1\n'],
  ])('refuses %s', (_, text) => {
    expect(() => parseVersion(text)).toThrow(bad);
  });
});

describe('parseImageFilesystems', () => {
  it('reads one document for each file system, as crictl up to 1.28 prints them', () => {
    const first = crictlOutput(V124, 'imagefsinfo.json');
    const second = first.replace('/var/lib/containerd/', '/mnt/').replace(/"770048"/, '""');
    expect(parseImageFilesystems(first + second)).toEqual([
      {
        mountpoint: '/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs',
        used_bytes: 770_048,
      },
      { mountpoint: '/mnt/io.containerd.snapshotter.v1.overlayfs', used_bytes: null },
    ]);
  });

  it('reads a list, and not the file systems of containers', () => {
    const status = {
      imageFilesystems: [{ fsId: { mountpoint: '/images' }, usedBytes: { value: '7' } }],
      containerFilesystems: [{ fsId: { mountpoint: '/containers' } }],
    };
    expect(parseImageFilesystems(JSON.stringify({ status }))).toEqual([
      { mountpoint: '/images', used_bytes: 7 },
    ]);
  });

  it.each([
    ['a list of none', '{"status": {"imageFilesystems": null}}', []],
    [
      'a usage that is unknown',
      '{"status": {"fsId": {"mountpoint": "/images"}, "usedBytes": null}}',
      [{ mountpoint: '/images', used_bytes: null }],
    ],
  ])('reads %s', (_, text, filesystems) => {
    expect(parseImageFilesystems(text)).toEqual(filesystems);
  });

  it.each([
    ['nothing', ''],
    ['a table', 'Image Filesystem \n'],
    ['one that is cut', crictlOutput(V124, 'imagefsinfo.json').slice(0, 80)],
    ['another object', '{"images": []}'],
    ['one without a mount point', '{"status": {"fsId": null}}'],
  ])('refuses %s', (_, text) => {
    expect(() => parseImageFilesystems(text)).toThrow(bad);
  });
});

describe('parseSandboxImage', () => {
  it.each([
    ['registry.k8s.io/pause:3.10\n', 'registry.k8s.io/pause:3.10'],
    ['registry.test:9443/pause@sha256:ab\n', 'registry.test:9443/pause@sha256:ab'],
    ['<no value>\n', null],
    ['\n', null],
  ])('reads %j as %j', (text, image) => {
    expect(parseSandboxImage(text)).toBe(image);
  });

  it.each(['{\n  "config": {}\n}\n', 'NAME:\n   crictl info - Display\n'])('refuses %j', (text) => {
    expect(() => parseSandboxImage(text)).toThrow(bad);
  });
});
