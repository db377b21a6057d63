import { describe, expect, it } from 'vitest';
import {
  parseImageName,
  repositoryDigests,
  withoutDockerScheme,
} from '../../../shared/values/image-name.ts';

const DIGEST = `sha256:${'0a'.repeat(32)}`;

describe('parseImageName', () => {
  it.each([
    ['nginx', 'nginx', null],
    ['nginx:1.27', 'nginx', '1.27'],
    ['docker.io/library/nginx:1.27', 'docker.io/library/nginx', '1.27'],
    ['host:9443/a/b:tag', 'host:9443/a/b', 'tag'],
    ['host:9443/a/b', 'host:9443/a/b', null],
    ['[::1]:5000/a/b:tag', '[::1]:5000/a/b', 'tag'],
    ['<none>:<none>', '<none>', '<none>'],
  ])('%s is repository %s with tag %s', (name, repository, tag) => {
    expect(parseImageName(name)).toEqual({ repository, tag, digest: null });
  });

  it('takes the digest after the @', () => {
    expect(parseImageName(`host:9443/a/b@${DIGEST}`)).toEqual({
      repository: 'host:9443/a/b',
      tag: null,
      digest: DIGEST,
    });
  });

  it('takes a tag and a digest together', () => {
    expect(parseImageName(`host:9443/a/b:v1@${DIGEST}`)).toEqual({
      repository: 'host:9443/a/b',
      tag: 'v1',
      digest: DIGEST,
    });
  });

  it.each(['<none>@<none>', 'a/b@', 'a/b@latest', 'a/b@sha256:xyz'])('%s has no digest', (name) => {
    expect(parseImageName(name).digest).toBeNull();
  });
});

describe('repositoryDigests', () => {
  it('lists the digests and leaves out what is none', () => {
    const repo_digests = [`a@${DIGEST}`, '<none>@<none>'];
    expect(repositoryDigests({ repo_digests })).toEqual([DIGEST]);
  });
});

describe('withoutDockerScheme', () => {
  it.each(['docker://a/b:1', 'docker-pullable://a/b:1', 'a/b:1'])('%s is a/b:1', (reference) => {
    expect(withoutDockerScheme(reference)).toBe('a/b:1');
  });
});
