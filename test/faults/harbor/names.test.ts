/** The name of Harbor cannot be resolved for a while. The resolver is the system's, in a mount namespace of its own. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createHarborStandIn } from '../../../demo/harbor/stand-in.ts';
import { bodyOf } from '../../support/body.ts';
import { startDnsServer, type Zone } from '../../support/dns-server.ts';
import { testFolder } from '../../support/folder.ts';
import { keptRegistry, LOGIN } from '../../support/keeper.ts';
import { serveHarbor, startHarborService } from '../harbor-service.ts';
import { recovery } from '../recovery.ts';

const NAME = 'harbor.faults.test';
/** Resolvers know only port 53. No other program of the machine listens on this address of loopback. */
const SERVER = '127.0.53.11';
const FOUND: Zone[string] = ['A 127.0.0.1'];

/** A service that looks Harbor's name up at a name server of the test. */
async function namedService() {
  const zone: Record<string, Zone[string]> = { [NAME]: FOUND };
  await startDnsServer(zone, { address: SERVER, port: 53 });
  const resolver = join(testFolder(), 'resolv.conf');
  writeFileSync(resolver, `nameserver ${SERVER}\noptions timeout:1 attempts:1\n`);
  const registry = keptRegistry(
    [{ name: 'team', repositories: { web: [{ tags: ['v1'] }] } }],
    'admin',
  );
  const harbor = await serveHarbor(createHarborStandIn({ registry }));
  const { port } = new URL(harbor.url);
  const mount = 'mount --bind "$0" /etc/resolv.conf && exec "$@"';
  const service = await startHarborService({
    config: {
      harbor_config: {
        harbor_host: `http://${NAME}:${port}`,
        ...LOGIN,
        harbor_timeout_ms: 3000,
      },
    },
    through: ['unshare', '--mount', '/bin/sh', '-c', mount, resolver],
  });
  const works = async () =>
    expect((await service.get('/harbor/artifacts/team/web')).status).toBe(200);
  await works();
  const answer = async (records: Zone[string] | null): Promise<void> => {
    if (records === null) delete zone[NAME];
    else zone[NAME] = records;
    // Connections that exist need no name.
    await harbor.stop();
    await harbor.start();
  };
  return { ...service, registry, works, answer };
}

it.each<[what: string, records: Zone[string] | null, codes: RegExp]>([
  ['does not exist', null, /^harbor_unreachable$/],
  ['fails', 'fail', /^harbor_unreachable$/],
  ['gets no answer', 'silent', /^harbor_(unreachable|timeout)$/],
])(
  'a look-up that %s fails every call of Harbor, until the name is back',
  async (what, records, codes) => {
    const { registry, works, answer, get, remove, rows, intended } = await namedService();
    await answer(records);
    const live = get('/livez');
    const answers = await Promise.all([
      get('/harbor/projects'),
      get('/harbor/artifacts/team/web'),
      remove('team/web/v1'),
    ]);
    const problems = await Promise.all(answers.map((one) => bodyOf(one)));

    expect((await live).status).toBe(200);
    expect(problems.filter(({ code }) => !codes.test(code))).toEqual([]);
    expect(intended()).toEqual([]);
    expect(registry.artifact('team', 'web', 'v1')).toBeDefined();

    await answer(FOUND);
    await recovery(`a look-up that ${what}`, works);
    expect((await remove('team/web/v1')).status).toBe(200);
    expect(await rows()).toMatchObject([{ reference: 'v1', outcome: 'deleted' }]);
  },
);
