import { describe, expect, it } from 'vitest';
import { parseImageName } from '../../../shared/host/image-name.ts';

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
