import { describe, expect, it } from 'vitest';
import { artifactRows } from '../../../../shared/adapters/harbor/artifacts.ts';
import { projectRow, projectRows } from '../../../../shared/adapters/harbor/projects.ts';
import { repositoryRows } from '../../../../shared/adapters/harbor/repositories.ts';
import {
  artifactSchema,
  projectSchema,
  repositorySchema,
} from '../../../../shared/ports/registry-rows.ts';
import { projectNamed, repositoryNamed } from '../../../support/names.ts';
import { recorded, wireArtifact } from './scripted-harbor.ts';

const PROJECT = projectNamed('team-a');
const artifactsPlan = artifactRows({ project: PROJECT, repository: repositoryNamed('app') });

const body = (name: string, version?: 'v2.8.6') =>
  JSON.parse(recorded(name, version).body ?? 'null') as unknown;
const artifacts = (name: string, version?: 'v2.8.6') =>
  artifactsPlan.read(body(name, version)).rows;
const artifact = (more: object) => artifactsPlan.read([wireArtifact(1, more)]).rows[0];
const projects = (name: string) => projectRows.read(body(name)).rows.map(projectRow);
const repositories = (answer: unknown) => repositoryRows(PROJECT).read(answer).rows;

describe('artifacts', () => {
  it.each([
    ['artifacts-types', undefined],
    ['artifacts-nested-all', undefined],
    ['artifacts-signed-with-accessory', undefined],
    ['project-artifacts-all', undefined],
    ['artifacts-nested-all', 'v2.8.6' as const],
    ['artifacts-multiarch', 'v2.8.6' as const],
  ])('of %s %s become rows of the schema', (name, version) => {
    const rows = artifacts(name, version);
    expect(rows.length).toBeGreaterThan(0);
    expect(artifactSchema.safeParse(rows[0]).error).toBeUndefined();
    expect(rows.every((row) => artifactSchema.safeParse(row).success)).toBe(true);
  });

  it('hold no more than the row says: attributes may hold secrets', () => {
    const [row] = artifacts('artifacts-nested-all');
    expect(row).toEqual({
      digest: 'sha256:dc4a1de5a350b559a97f1b72caa59f3b521da139d288660bc834326d46883230',
      tags: ['nightly'],
      type: 'IMAGE',
      media_type: 'application/vnd.oci.image.config.v1+json',
      size: '838B',
      size_bytes: 838,
      push_time: '2026-11-24T06:35:23.558Z',
      pull_time: null,
      platforms: [
        {
          os: 'linux',
          architecture: 'amd64',
          variant: null,
          digest: 'sha256:dc4a1de5a350b559a97f1b72caa59f3b521da139d288660bc834326d46883230',
        },
      ],
      annotations: {},
    });
  });

  it('that are indexes have the platforms of their children', () => {
    const [row] = artifacts('artifacts-multiarch');
    expect(row?.platforms).toEqual([
      {
        os: 'linux',
        architecture: 'amd64',
        variant: null,
        digest: 'sha256:f5b7d8859d2721d8dc8ef27c1d25be0f178c0bf9d93c00afae609379852fd0c9',
      },
      {
        os: 'linux',
        architecture: 'arm64',
        variant: 'v8',
        digest: 'sha256:7b63b3bfe252b592c009a897f07fa6f70abba9b714ab8739a190101b2652bac3',
      },
    ]);
  });

  it('do not count attestations as platforms', () => {
    const [row] = artifacts('artifacts-buildx');
    expect(row?.platforms.map(({ architecture }) => architecture)).toEqual(['amd64']);
  });

  it.each([
    ['nothing', { extra_attrs: null }],
    ['something else by these names', { extra_attrs: { os: ['linux'], architecture: {} } }],
  ])('without a platform have none: %s', (_, more) => {
    expect(artifact(more)?.platforms).toEqual([]);
  });

  it.each([
    ['no platform', {}],
    ['an empty one', { platform: { os: '', architecture: '' } }],
  ])('that are indexes have the digest of a child with %s, such as another index', (_, more) => {
    const references = [{ child_digest: 'sha256:a', ...more }];
    expect(artifact({ references })?.platforms).toEqual([
      { os: null, architecture: null, variant: null, digest: 'sha256:a' },
    ]);
  });

  it('without a size have size 0: Harbor leaves zeros out', () => {
    expect(artifact({ size: undefined })).toMatchObject({ size: '0B', size_bytes: 0 });
  });

  it('without tags have an empty array', () => {
    expect(artifact({ tags: null })?.tags).toEqual([]);
  });

  it('keep textual annotations', () => {
    const annotations = { 'org.opencontainers.image.title': 'a', odd: 1 };
    expect(artifact({ annotations })?.annotations).toEqual({
      'org.opencontainers.image.title': 'a',
    });
  });

  it.each(['0001-01-01T00:00:00.000Z', '0001-01-01T00:00:00Z', 'yesterday', '', null, undefined])(
    'have no pull time when Harbor says %j',
    (pull_time) => {
      expect(artifact({ pull_time })?.pull_time).toBeNull();
    },
  );
});

describe('projects', () => {
  it('become rows of the schema', () => {
    const rows = projects('projects-p1-100');
    expect(rows).toHaveLength(100);
    expect(rows.every((row) => projectSchema.safeParse(row).success)).toBe(true);
    expect(rows[0]).toEqual({
      name: '12345',
      project_id: 3,
      public: false,
      repo_count: 1,
      owner_name: 'admin',
      creation_time: '2026-11-24T06:35:22.126Z',
      update_time: '2026-11-24T06:35:22.126Z',
    });
  });

  it('are public when their metadata has the text "true"', () => {
    const rows = projects('projects-as-anonymous');
    expect(rows.every((row) => row.public)).toBe(true);
  });
});

describe('repositories', () => {
  it('lose the project in front of their name', () => {
    const rows = repositories(body('repos-team-a'));
    expect(rows.every((row) => repositorySchema.safeParse(row).success)).toBe(true);
    expect(rows).toContainEqual({
      name: 'apps/web/frontend',
      full_name: 'team-a/apps/web/frontend',
      project: 'team-a',
      artifact_count: 4,
      pull_count: 0,
      creation_time: '2026-11-24T06:35:23.161Z',
      update_time: '2026-11-24T06:35:23.161Z',
    });
  });

  it('without counts have 0: Harbor before 2.3 leaves zeros out', () => {
    expect(repositories([{ name: 'team-a/b' }])).toMatchObject([
      { artifact_count: 0, pull_count: 0 },
    ]);
  });
});
