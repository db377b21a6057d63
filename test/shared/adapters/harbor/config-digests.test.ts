import { describe, expect, it } from 'vitest';
import { configDigests } from '../../../../shared/adapters/harbor/config-digests.ts';
import { createKnownManifests } from '../../../../shared/adapters/harbor/http/known-manifests.ts';
import { projectNamed, repositoryNamed } from '../../../support/names.ts';
import { digestOf, harborAt, harborError, type Script, scriptHarbor } from './scripted-harbor.ts';

const at = { project: projectNamed('team'), repository: repositoryNamed('apps/web') };
const manifestOf = (id: number) => `GET /v2/team/apps/web/manifests/${digestOf(id)}`;

const manifest = (config: number) => ({
  status: 200,
  headers: { 'content-type': 'application/vnd.oci.image.manifest.v1+json' },
  body: JSON.stringify({ schemaVersion: 2, config: { digest: digestOf(config) }, layers: [] }),
});

async function configsOf(
  script: Readonly<Record<string, Script>>,
  manifests: readonly number[] = [1],
) {
  const harbor = await scriptHarbor(script);
  const { signal } = new AbortController();
  const { caller } = harborAt(harbor).harbor.session({ requestId: 'req-1', signal: () => signal });
  const asked = { at, manifests: manifests.map(digestOf), known: createKnownManifests() };
  const read = () => configDigests(caller, asked, signal);
  return { harbor, configs: await read(), again: read };
}

describe('the configurations of manifests', () => {
  it('are in the manifest, which the registry returns with the right Accept', async () => {
    const { harbor, configs } = await configsOf({ [manifestOf(1)]: manifest(7) });
    expect(configs).toEqual([digestOf(7)]);
    expect(harbor.requests[0]?.headers.accept).toMatch(/oci\.image\.manifest.*docker/);
    expect(harbor.requests[0]?.headers.authorization).toMatch(/^Basic /);
  });

  it('are read as Harbor itself reads, which is not a pull', async () => {
    const { harbor } = await configsOf({ [manifestOf(1)]: manifest(7) });
    expect(harbor.requests[0]?.headers['user-agent']).toBe('harbor-registry-client');
  });

  it('are read once', async () => {
    const { harbor, again } = await configsOf({ [manifestOf(1)]: manifest(7) });
    expect(await again()).toEqual([digestOf(7)]);
    expect(harbor.calls).toHaveLength(1);
  });

  it.each([
    ['an account without the right to pull', harborError(401, 'UNAUTHORIZED', 'unauthorized')],
    ['a manifest that is gone', harborError(404, 'MANIFEST_UNKNOWN', 'manifest unknown')],
    ['an index in an index', { ...manifest(7), body: '{"schemaVersion":2,"manifests":[]}' }],
  ])('are not known for %s, which is asked once', async (_, reply) => {
    const { harbor, configs } = await configsOf({ [manifestOf(1)]: reply });
    expect(configs).toBeNull();
    expect(harbor.calls).toHaveLength(1);
  });
});
