import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { kubeletSocket } from '../../bridge/kubelet-socket.ts';
import { testFolder } from '../support/folder.ts';
import { testHost } from './programs.ts';

/** The socket that these files name. */
function socketOf(files: { readonly configuration?: string; readonly flags?: string }) {
  const host = testHost(testFolder());
  writeFileSync(host.kubeletFiles.configuration, files.configuration ?? '');
  writeFileSync(host.kubeletFiles.flags, files.flags ?? '');
  return kubeletSocket(host);
}

describe('kubeletSocket', () => {
  it.each([
    ['a URL', 'kind: KubeletConfiguration\ncontainerRuntimeEndpoint: unix:///run/crio/crio.sock\n'],
    ['a path', 'containerRuntimeEndpoint: /run/crio/crio.sock # ours\n'],
    ['quotes', 'a: 1\ncontainerRuntimeEndpoint: "unix:///run/crio/crio.sock"\n'],
    ['JSON', '{\n  "containerRuntimeEndpoint": "unix:///run/crio/crio.sock",\n  "a": 1\n}\n'],
  ])('reads %s in the configuration', (_, configuration) => {
    expect(socketOf({ configuration })).toBe('/run/crio/crio.sock');
  });

  it.each(['=', ' '])('reads the flag with %j, which overrides the configuration', (separator) => {
    const flag = `--container-runtime-endpoint${separator}unix:///run/a.sock`;
    const flags = `KUBELET_KUBEADM_ARGS="${flag} --pod-infra-container-image=pause:3.9"\n`;
    const configuration = 'containerRuntimeEndpoint: unix:///run/b.sock\n';
    expect(socketOf({ configuration, flags })).toBe('/run/a.sock');
  });

  it.each([
    ['an empty value', 'containerRuntimeEndpoint: ""\n'],
    ['another kind of address', 'containerRuntimeEndpoint: npipe:////./pipe/containerd\n'],
    ['no such key', 'kind: KubeletConfiguration\n'],
    ['a comment', '# containerRuntimeEndpoint: unix:///run/b.sock\n'],
  ])('is null for %s', (_, configuration) => {
    expect(socketOf({ configuration })).toBeNull();
  });

  it('is null without the files', () => {
    expect(kubeletSocket(testHost(testFolder()))).toBeNull();
  });
});
