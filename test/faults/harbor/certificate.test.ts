/** Harbor's certificate becomes unusable, and is replaced while the service runs. */
import { createServer, type Server } from 'node:https';
import type { Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { Registry } from '../../../demo/harbor/registry.ts';
import { createHarborStandIn } from '../../../demo/harbor/stand-in.ts';
import { freePort } from '../../real/free-port.ts';
import {
  type Authority,
  type Certificate,
  makeAuthority,
} from '../../shared/node/upstreams/certificates.ts';
import { bodyOf } from '../../support/body.ts';
import { startHarborService } from '../harbor-service.ts';
import { recovery } from '../recovery.ts';

const ACCOUNT = { name: 'admin', password: 'admin-password', kind: 'admin' } as const;
const HERE = 'IP:127.0.0.1';

/** A service over a Harbor with TLS, whose certificate a test replaces as a reload of nginx does. */
async function secureService() {
  const authority = makeAuthority();
  const registry = new Registry({
    accounts: [ACCOUNT],
    projects: [{ name: 'team', repositories: { web: [{ tags: ['v1'] }] } }],
  });
  const { handler } = createHarborStandIn({ registry });
  const server: Server = createServer(authority.sign(HERE), handler);
  // Also those still in their handshake, which `closeAllConnections` leaves: they have the old certificate.
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  const disconnect = () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  onTestFinished(() => {
    disconnect();
    server.close();
  });
  const service = await startHarborService({
    config: {
      harbor_config: {
        harbor_host: `https://127.0.0.1:${port}`,
        harbor_username: ACCOUNT.name,
        harbor_password: ACCOUNT.password,
        ca_file: authority.caFile,
      },
    },
  });
  const use = (certificate: Certificate) => {
    server.setSecureContext(certificate);
    disconnect();
  };
  const works = async () =>
    expect((await service.get('/harbor/artifacts/team/web')).status).toBe(200);
  await works();
  return { ...service, authority, registry, use, works };
}

it.each<[what: string, sign: (authority: Authority) => Certificate, says: string]>([
  ['has expired', ({ sign }) => sign(HERE, -1), 'has expired'],
  ['is for another name', ({ sign }) => sign('DNS:other.example.test'), 'for another name'],
  ['is from another authority', () => makeAuthority().sign(HERE), 'not trusted'],
])(
  'a certificate that %s fails every call of Harbor, until it is replaced',
  async (what, sign, says) => {
    const { authority, registry, use, works, get, remove, rows, intended } = await secureService();
    use(sign(authority));
    const answers = await Promise.all([
      get('/harbor/projects'),
      get('/harbor/artifacts/team/web'),
      get('/images'),
      remove('team/web/v1'),
    ]);
    const [projects, artifacts, images, deletion] = await Promise.all(
      answers.map((one) => bodyOf(one)),
    );

    const problem = { code: 'harbor_tls', detail: expect.stringContaining(says) };
    expect([projects, artifacts, deletion]).toMatchObject([problem, problem, problem]);
    expect(images?.errors).toContainEqual(
      expect.objectContaining({ source: 'harbor', error: expect.stringContaining(says) }),
    );
    expect(intended()).toEqual([]);
    expect(registry.artifact('team', 'web', 'v1')).toBeDefined();

    use(authority.sign(HERE));
    await recovery(`a certificate that ${what} is replaced`, works);
    expect((await remove('team/web/v1')).status).toBe(200);
    expect(await rows()).toMatchObject([{ reference: 'v1', outcome: 'deleted' }]);
  },
);
