import { describe, expect, it } from 'vitest';
import { candidatesOf, createDnsResolver } from '../../../../shared/node/nodes/dns-resolver.ts';
import { startDnsServer, type Zone } from '../../../support/dns-server.ts';

const SEARCH = 'search svc.cluster.local cluster.local\noptions ndots:5\n';
const V6 = 'fd00:0000:0000:0000:0000:0000:0000:0001';

const resolverOf = async (zone: Zone, file = '') =>
  createDnsResolver({ servers: [await startDnsServer(zone)], file });

describe('the addresses of a name', () => {
  it('are those of its A and AAAA records', async () => {
    const { addresses } = await resolverOf({
      'bridges.example': ['A 10.0.0.1', 'A 10.0.0.2', `AAAA ${V6}`],
    });
    expect(await addresses('bridges.example')).toEqual(['10.0.0.1', '10.0.0.2', 'fd00::1']);
  });

  it('are those of one type if there is no record of the other', async () => {
    const { addresses } = await resolverOf({ 'bridges.example': ['A 10.0.0.1'] });
    expect(await addresses('bridges.example')).toEqual(['10.0.0.1']);
  });

  it('are found in a search domain', async () => {
    const { addresses } = await resolverOf(
      { 'bridges.apps.svc.cluster.local': ['A 10.0.0.1'] },
      SEARCH,
    );
    expect(await addresses('bridges.apps.svc')).toEqual(['10.0.0.1']);
  });

  it('are none if the name does not exist', async () => {
    const { addresses } = await resolverOf({});
    expect(await addresses('bridges.example')).toEqual([]);
  });

  it.each([
    ['fail', 'ESERVFAIL'],
    ['silent', 'ETIMEOUT'],
  ] as const)('are an error if the server answers: %s', async (answer, code) => {
    const { addresses } = await resolverOf({ 'bridges.example': answer });
    await expect(addresses('bridges.example')).rejects.toMatchObject({ code });
  });
});

describe('the services of a name', () => {
  it('are the targets of its SRV records', async () => {
    const { services } = await resolverOf({
      '_bridge._tcp.bridges.example': ['SRV 5001 a.example', 'SRV 5002 b.example'],
    });
    expect(await services('_bridge._tcp.bridges.example')).toEqual([
      { host: 'a.example', port: 5001 },
      { host: 'b.example', port: 5002 },
    ]);
  });
});

describe('candidatesOf', () => {
  const FILE =
    'nameserver 10.0.0.10\nsearch a.svc.cluster.local svc.cluster.local\noptions ndots:5\n';

  it.each([
    [
      'bridges.image-api.svc',
      FILE,
      [
        'bridges.image-api.svc.a.svc.cluster.local',
        'bridges.image-api.svc.svc.cluster.local',
        'bridges.image-api.svc',
      ],
    ],
    ['bridges.example.org', 'search .\n', ['bridges.example.org']],
    ['bridges.example.org.', FILE, ['bridges.example.org.']],
    ['bridges.example.org', '', ['bridges.example.org']],
    ['bridges.a', 'search example.org\n', ['bridges.a', 'bridges.a.example.org']],
    ['bridges', 'search example.org\n', ['bridges.example.org', 'bridges']],
  ])('of %s', (name, file, expected) => {
    expect(candidatesOf(name, file)).toEqual(expected);
  });
});
