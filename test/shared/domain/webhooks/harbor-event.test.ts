import { describe, expect, it } from 'vitest';
import { parseHarborDelivery } from '../../../../shared/domain/webhooks/harbor-event.ts';
import { recordedDeliveries, recordingsOf } from '../../../fixtures/recordings.ts';

const RECORDINGS = recordingsOf('v2.14.4')
  .map((name) => /^webhook-((?:push|pull|delete|tag|retry).*)$/.exec(name)?.[1])
  .filter((name) => name !== undefined)
  .filter((name) => recordedDeliveries(name).length > 0);

const DIGEST = `sha256:${'6e84b936'.repeat(8)}`;

function payload(changes: { digest?: unknown; tag?: unknown; name?: unknown } = {}) {
  const { digest = DIGEST, tag = 'v1', name = 'hooks/apps/web' } = changes;
  const resource = { digest, tag, resource_url: 'https://attacker.example.test/' };
  return {
    type: 'PUSH_ARTIFACT',
    occur_at: 1_795_502_626,
    operator: 'admin',
    event_data: { resources: [resource], repository: { repo_full_name: name } },
  };
}

const parsedBodies = (name: string) =>
  recordedDeliveries(name).map(({ body }) => parseHarborDelivery(JSON.parse(body)));

describe('parseHarborDelivery', () => {
  it.each(RECORDINGS)('reads the recording %s alike in both formats', (name) => {
    const deliveries = parsedBodies(name);
    const events = (wanted: boolean) =>
      deliveries
        .filter(({ id }) => (id !== null) === wanted)
        .flatMap((delivery) => delivery.events.map((event) => JSON.stringify(event)))
        .sort();
    expect(deliveries.length).toBeGreaterThan(0);
    expect(events(true)).toEqual(events(false));
  });

  it('reads project, nested repository, digest and tag', () => {
    expect(parsedBodies('delete-nested')[0]?.events).toEqual([
      {
        kind: 'deleted',
        project: 'hooks',
        repository: 'apps/web/frontend',
        digest: 'sha256:336ec2b36712b8a1e6861ad5332ed0178224d284dedcea1a29f641b1a4d223f3',
        tag: 'v1',
        occurredAtS: 1_795_502_554,
      },
    ]);
  });

  it('has no tag if Harbor repeats the digest', () => {
    expect(parsedBodies('delete-untagged')[0]?.events).toMatchObject([{ tag: null }]);
  });

  it('keeps nothing of resource_url', () => {
    expect(JSON.stringify(parseHarborDelivery(payload()))).not.toContain('attacker');
  });

  it.each([
    ['pull-tag', 'harbor.artifact.pulled'],
    ['tag-retention', 'TAG_RETENTION'],
  ])('accepts events of %s without parsing them, because they cannot matter', (name, type) => {
    const delivery = parsedBodies(name).find((one) => one.type === type);
    expect(delivery?.events).toEqual([]);
  });

  it('accepts an unknown type', () => {
    expect(parseHarborDelivery({ type: 'constructor' })).toMatchObject({ events: [] });
  });

  it.each([
    ['null', null, 'body'],
    ['an array', [], 'body'],
    ['no type', { occur_at: 1 }, 'type'],
    ['a CloudEvent without id', { specversion: '1.0', source: '/p', type: 'x' }, 'id'],
    [
      'a time that is none',
      { specversion: '1.0', id: '1', source: '/p', type: 'x', time: 'now' },
      'time',
    ],
    ['a time beyond dates', { ...payload(), occur_at: 9e15 }, 'occur_at'],
    ['no event_data', { type: 'PUSH_ARTIFACT' }, 'event_data'],
    ['no resources', { ...payload(), event_data: { resources: [] } }, 'event_data.resources'],
    ['a digest that is none', payload({ digest: 'sha256:../..' }), 'event_data.resources.0.digest'],
    ['a tag with a slash', payload({ tag: '../v1' }), 'event_data.resources.0.tag'],
    ['a dot segment', payload({ name: 'hooks/..' }), 'event_data.repository.repo_full_name'],
    ['a name without project', payload({ name: 'hooks' }), 'event_data.repository.repo_full_name'],
  ])('refuses %s and names it', (_, body, parameter) => {
    expect(() => parseHarborDelivery(body)).toThrowError(
      expect.objectContaining({
        code: 'invalid_request',
        extras: { errors: expect.arrayContaining([expect.objectContaining({ parameter })]) },
      }),
    );
  });
});
