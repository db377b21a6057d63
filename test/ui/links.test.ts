import { describe, expect, it } from 'vitest';
import {
  artifactAddress,
  deletionAddress,
  projectAddress,
  repositoryAddress,
} from '../../shared/ui/view/links.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;

describe('addresses of pages', () => {
  it('keep the slashes of nested repositories', () => {
    const repository = { project: 'team', repository: 'apps/web' };
    expect(projectAddress('team')).toBe('/ui/harbor/team');
    expect(repositoryAddress(repository)).toBe('/ui/harbor/team/apps/web');
    expect(artifactAddress({ ...repository, reference: DIGEST })).toBe(
      `/ui/artifacts/team/apps/web/${DIGEST}`,
    );
  });

  it('keep the artifact with the tag deletion apart from the deletion of another', () => {
    const tagged = { project: 'team', repository: 'apps/web', reference: 'deletion' };
    const other = { project: 'team', repository: 'apps', reference: 'web' };
    expect(artifactAddress(tagged)).toBe('/ui/artifacts/team/apps%2Fweb/deletion');
    expect(deletionAddress(other)).toBe('/ui/artifacts/team/apps/web/deletion');
  });

  it('carry flags', () => {
    const artifact = { project: 'team', repository: 'web', reference: 'v1' };
    expect(deletionAddress(artifact, { tag_only: 'true', force: 'true' })).toBe(
      '/ui/artifacts/team/web/v1/deletion?tag_only=true&force=true',
    );
  });

  it.each(['..', '.', 'a/../b', 'javascript:x', '', 'a b', '%2e%2e'])(
    'do not exist for the name %j',
    (name) => {
      const names = { project: 'team', repository: 'web', reference: 'v1' };
      expect([
        projectAddress(name),
        repositoryAddress({ ...names, repository: name }),
        artifactAddress({ ...names, repository: name }),
        artifactAddress({ ...names, project: name }),
        deletionAddress({ ...names, reference: name }),
      ]).toEqual(Array(5).fill(undefined));
    },
  );
});
