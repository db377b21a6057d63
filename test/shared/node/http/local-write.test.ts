import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findSocketOwner, judgeLocalWrite } from '../../../../shared/node/http/local-write.ts';

/** Rows as Linux 6 prints them: established ones, a listener, and one in TIME_WAIT, which says uid 0. */
const TABLE = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1388 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 20001 1 0000000000000000 100 0 0 10 0
   1: 0100007F:1388 0100007F:D431 01 00000000:00000000 00:00000000 00000000  1000        0 20002 1 0000000000000000 20 4 30 10 -1
   2: 0100007F:D431 0100007F:1388 01 00000000:00000000 00:00000000 00000000    33        0 20003 1 0000000000000000 20 4 30 10 -1
   3: 0100007F:D432 0100007F:1388 06 00000000:00000000 03:00000F8C 00000000     0        0 0 3 0000000000000000
   4: 0100007F:D433 0100007F:1388 05 00000000:00000000 00:00000000 00000000     0        0 0 1 0000000000000000
   5: 0100007F:D434 0100007F:1388 01 00000000:00000000 00:00000000 00000000     0        0 0 1 0000000000000000
   6: 0100007F:D435 0100007F:1388 01 00000000:00000000 00:00000000 00000000     0        0 20004 1 0000000000000000
`;

describe('the owner of a socket', () => {
  it.each<[string, number | null, string]>([
    ['0100007F:D431', 33, 'the one at the other end, not ours'],
    ['0100007F:D435', 0, 'root'],
    ['0100007F:D432', null, 'in TIME_WAIT'],
    ['0100007F:D433', null, 'closed by its process'],
    ['0100007F:D434', null, 'without an inode'],
    ['0100007F:D436', null, 'not there'],
  ])('of %s is %s (%s)', (local, owner) => {
    expect(findSocketOwner(TABLE, { local: [local], remote: ['0100007F:1388'] })).toBe(owner);
  });

  it('is looked up by both ends', () => {
    const ends = { local: ['0100007F:D431'], remote: ['0100007F:1389'] };

    expect(findSocketOwner(TABLE, ends)).toBeNull();
  });

  it.each(['', 'nonsense', '0: 0100007F:D431 0100007F:1388 01'])('in %j is not found', (table) => {
    const ends = { local: ['0100007F:D431'], remote: ['0100007F:1388'] };

    expect(findSocketOwner(table, ends)).toBeNull();
  });
});

describe('a request that did not come from this machine', () => {
  it.each([
    ['192.0.2.1', '192.0.2.2'],
    ['::ffff:192.0.2.1', '::ffff:192.0.2.2'],
    ['2001:db8::1', '::1'],
    ['127.0.0.1', '192.0.2.2'],
    ['1270.0.0.1', '127.0.0.1'],
    [undefined, undefined],
  ])('but from %s to %s is refused', async (remoteAddress, localAddress) => {
    const judged = await judgeLocalWrite({
      socket: { remoteAddress, localAddress, remotePort: 1, localPort: 2 },
      headers: new Headers({ host: 'localhost' }),
    });

    expect(judged).toEqual({ refusal: 'it does not come over the loopback interface' });
  });

  it('but from a connection that is not in the table is refused', async () => {
    const judged = await judgeLocalWrite({
      socket: {
        remoteAddress: '127.0.0.1',
        localAddress: '127.0.0.1',
        remotePort: 1,
        localPort: 2,
      },
      headers: new Headers({ host: 'localhost' }),
    });

    expect(judged).toEqual({ refusal: 'the owner of its socket could not be found' });
  });
});

/** A server that answers each request with its refusal, on every address: a dual-stack socket. */
let server: Server;
let port: number;

beforeAll(async () => {
  server = createServer(async (req, res) => {
    if (req.url === '/late') {
      const { remoteAddress, remotePort, localAddress, localPort } = req.socket;
      server.emit('late', { remoteAddress, remotePort, localAddress, localPort });
      return;
    }
    const headers = new Headers();
    for (let i = 0; i + 1 < req.rawHeaders.length; i += 2) {
      headers.append(req.rawHeaders[i] ?? '', req.rawHeaders[i + 1] ?? '');
    }
    const judged = await judgeLocalWrite({ socket: req.socket, headers });
    res.end(JSON.stringify('uid' in judged ? null : judged.refusal));
  });
  server.listen(0, '::');
  await once(server, 'listening');
  const address = server.address();
  port = address !== null && typeof address === 'object' ? address.port : 0;
});
afterAll(() => {
  server.close();
});

/** What the server says to a client process, of another user if a uid is given. */
async function refusalOf(
  host: string,
  headers: Record<string, string> = {},
  uid?: number,
): Promise<string | null> {
  const script = `
    const req = require('node:http').get({ host: ${JSON.stringify(host)}, port: ${port}, headers: ${JSON.stringify(headers)} });
    req.on('response', (res) => res.pipe(process.stdout));`;
  const client = spawn(process.execPath, ['-e', script], {
    ...(uid !== undefined && { uid, gid: uid }),
    cwd: '/',
  });
  const chunks: string[] = [];
  client.stdout.on('data', (chunk) => chunks.push(String(chunk)));
  await once(client, 'close');
  return JSON.parse(chunks.join(''));
}

describe('a request from this machine', () => {
  it.each(['127.0.0.1', '127.1.2.3', '::1', '::ffff:127.0.0.1'])(
    'of the own user to %s is accepted',
    async (host) => {
      expect(await refusalOf(host, { Host: `localhost:${port}` })).toBeNull();
    },
  );

  it.each(['localhost', '127.0.0.1', '127.8.8.8:80', '[::1]', '[::1]:5000', 'LOCALHOST:1'])(
    'for the Host %s is accepted',
    async (host) => {
      expect(await refusalOf('127.0.0.1', { Host: host })).toBeNull();
    },
  );

  it.each([
    'node1',
    '10.0.0.1:5000',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '[::2]',
    'evil@localhost',
  ])('for the Host %s is refused', async (host) => {
    expect(await refusalOf('127.0.0.1', { Host: host })).toContain('Host');
  });

  it.each([
    'Forwarded',
    'Via',
    'X-Forwarded-For',
    'X-Forwarded-Proto',
    'X-Forwarded',
    'X-Real-IP',
    'X-Client-IP',
    'X-Cluster-Client-IP',
    'X-Original-Forwarded-For',
    'X-Envoy-External-Address',
    'True-Client-IP',
    'CF-Connecting-IP',
    'CF-Ray',
    'Fly-Client-IP',
    'Proxy-Connection',
  ])('with the header %s is refused', async (name) => {
    expect(await refusalOf('127.0.0.1', { Host: 'localhost', [name]: 'x' })).toBe(
      `it carries the forwarding header ${name.toLowerCase()}`,
    );
  });

  it.each([
    [{ Origin: 'http://localhost' }, 'Origin'],
    [{ Origin: 'null' }, 'Origin'],
    [{ 'Sec-Fetch-Site': 'cross-site' }, 'Sec-Fetch-Site'],
    [{ 'Sec-Fetch-Site': 'same-origin' }, 'Sec-Fetch-Site'],
  ])("with a browser's %j is refused", async (headers, reason) => {
    expect(await refusalOf('127.0.0.1', { Host: 'localhost', ...headers })).toContain(reason);
  });

  it('that a user typed into a browser (Sec-Fetch-Site: none) is accepted', async () => {
    const headers = { Host: 'localhost', 'Sec-Fetch-Site': 'none' };

    expect(await refusalOf('127.0.0.1', headers)).toBeNull();
  });

  it.skipIf(process.getuid?.() !== 0).each(['127.0.0.1', '::1', '::ffff:127.0.0.1'])(
    'of another user to %s is refused (needs root)',
    async (host) => {
      expect(await refusalOf(host, { Host: 'localhost' }, 65_534)).toBe(
        "its socket belongs to user id 65534, neither root nor the service's own",
      );
    },
  );

  it.skipIf(process.getuid?.() !== 0)(
    "of another user who hangs up, whose socket then reads as root's, is refused (needs root)",
    async () => {
      const script = `
        const socket = require('node:net').connect(${port}, '127.0.0.1');
        socket.write('DELETE /late HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n', () => process.exit());`;
      const late = once(server, 'late');
      const client = spawn(process.execPath, ['-e', script], {
        uid: 65_534,
        gid: 65_534,
        cwd: '/',
      });
      const [[addresses]] = await Promise.all([late, once(client, 'close')]);

      const judged = await judgeLocalWrite({
        socket: addresses,
        headers: new Headers({ host: 'localhost' }),
      });
      expect(judged).toEqual({ refusal: 'the owner of its socket could not be found' });
    },
  );
});
