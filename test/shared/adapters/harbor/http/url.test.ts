import { describe, expect, it } from 'vitest';
import {
  type HarborPath,
  harborPaths,
  harborUrl,
} from '../../../../../shared/adapters/harbor/http/url.ts';
import { isDigest } from '../../../../../shared/values/names.ts';
import { projectNamed, referenceNamed, repositoryNamed } from '../../../../support/names.ts';

const at = {
  project: projectNamed('team-a'),
  repository: repositoryNamed('apps/web/frontend'),
};
const digest = `sha256:${'a'.repeat(64)}`;

describe('harborUrl', () => {
  it('has manifests beside the API of Harbor, with plain slashes in the repository', () => {
    const [manifest] = [digest].filter(isDigest).map((one) => harborPaths.manifest(at, one));
    expect(harborUrl('https://h/registry', manifest ?? harborPaths.projects())).toBe(
      `https://h/registry/v2/team-a/apps/web/frontend/manifests/${digest}`,
    );
  });

  it('encodes the repository twice and everything else once', () => {
    const path = harborPaths.artifact(at, referenceNamed(digest));
    expect(harborUrl('https://harbor.example', path)).toBe(
      `https://harbor.example/api/v2.0/projects/team-a/repositories/apps%252Fweb%252Ffrontend/artifacts/${digest}`,
    );
  });

  it('keeps the base path of harbor_host', () => {
    expect(harborUrl('https://example.org/registry', harborPaths.projects(), { page: '1' })).toBe(
      'https://example.org/registry/api/v2.0/projects?page=1',
    );
  });

  it('encodes the query', () => {
    expect(harborUrl('http://h', harborPaths.projects(), { q: 'name=a/b', sort: '-a,-b' })).toBe(
      'http://h/api/v2.0/projects?q=name%3Da%2Fb&sort=-a%2C-b',
    );
  });

  it.each(['/projects/..', '/projects/%2e%2e', '/projects/a?b', '/projects//a', '/projects/a#b'])(
    'sends nothing when a name got past its grammar: %s',
    (path) => {
      // What the type forbids is forced here, as a fault of ours would.
      const forged = path.slice('/projects/'.length) as ReturnType<typeof projectNamed>;
      expect(() => harborPaths.repositories(forged)).toThrow(/not a path of Harbor's API/);
    },
  );

  it.each(['/projects/../x', '/projects/%2e%2e/x', '/projects\\x', '/projects?x', '/projects#x'])(
    'sends nothing when the URL parser changes the path: %s',
    (path) => {
      expect(() => harborUrl('https://h', path as HarborPath)).toThrow(/changes the path/);
    },
  );
});
