/** Tests of the two units: the rights that they divide, a bridge that is killed, and a bridge on another host. */
import { readFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeAuthority } from '../../shared/node/upstreams/certificates.ts';
import { freePort } from '../free-port.ts';
import { load } from '../load.ts';
import { documentedDropIns } from '../project.ts';
import { type Host, RUNTIME_SOCKET } from './host.ts';
import { file, type Installed, NOBODY, PASSWORD } from './installed.ts';

const BRIDGE = 'image-api-bridge';
const ROUTER = 'image-api-router';
const BRIDGE_SOCKET = '/run/image-api/bridge.sock';
const noCache = { headers: { 'Cache-Control': 'no-cache' } };

export function onlySplit(at: () => Installed, host: () => Host): void {
  describe('rights', () => rights(at));
  describe('a bridge that is killed', () => killedBridge(at, host));

  it('reads a secret that changed at a restart', async () => {
    const statusWith = async (password: string) => {
      await at().run(`
        echo '${password}' > /etc/image-api/harbor_password
        systemctl restart ${ROUTER}
      `);
      return await at().status('/harbor/projects');
    };

    expect([await statusWith('wrong'), await statusWith(PASSWORD)]).toEqual([502, 200]);
    expect(await at().journal(ROUTER)).not.toContain(PASSWORD);
  });

  it('loses no request when the bridge restarts under load', async () => {
    const traffic = load(`${at().base}/local-images`, { connections: 8 });
    await traffic.answered(100);
    await at().run(`systemctl restart ${BRIDGE}`);
    await traffic.answered(300);
    const { statuses, lost } = await traffic.stop();

    expect(statuses).toEqual(new Set([200]));
    expect(lost).toEqual([]);
  });

  it('has a bridge for another host over TCP with a token and TLS, as the head of its unit says', async () => {
    const address = `127.0.0.1:${await freePort()}`;
    const authority = makeAuthority();
    const { cert, key } = authority.sign('IP:127.0.0.1');
    const dropIns = documentedDropIns(`deploy/systemd/${BRIDGE}.service`, 'TCP instead of the');
    const [socket = '', service = ''] = dropIns;
    await at().run(`
      ${file('/etc/image-api/bridge_token', 'token-of-the-bridge')}
      ${file('/etc/image-api/bridge.pem', cert)}
      ${file('/etc/image-api/bridge.key', key)}
      ${file('/root/ca.pem', readFileSync(authority.caFile, 'utf8'))}
    `);
    await at().dropIn(`${BRIDGE}.socket`, 'tcp', socket.replace('5001', address));
    await at().dropIn(`${BRIDGE}.service`, 'tcp', service);
    await at().run(`systemctl stop ${BRIDGE}.service; systemctl restart ${BRIDGE}.socket`);
    const curl = `curl -sS --cacert /root/ca.pem -o /dev/null -w '%{http_code}' https://${address}/v1/images`;
    const without = await at().run(curl);
    const withToken = await at().run(`${curl} -H 'Authorization: Bearer token-of-the-bridge'`);
    const pid = await at().mainPid(BRIDGE);

    expect([without, withToken]).toEqual(['401', '200']);
    expect(await at().run(`nsenter -t ${pid} -n cat /proc/net/dev`)).not.toContain('eth0');
  });
}

function rights(at: () => Installed): void {
  it('the bridge has no network', async () => {
    const pid = await at().mainPid(BRIDGE);
    const interfaces = await at().run(`nsenter -t ${pid} -n cat /proc/net/dev`);

    expect(interfaces.match(/^ *\w+:/gm)).toEqual(['    lo:']);
  });

  it("the router's user is dynamic", async () => {
    const user = (await at().run(`stat -c %U /proc/${await at().mainPid(ROUTER)}`)).trim();
    const inPasswd = await at().machine.attempt(`grep -c ^${user}: /etc/passwd`);

    expect(await at().property(ROUTER, 'DynamicUser')).toBe('yes\n');
    expect(user).not.toBe('root');
    expect(inPasswd.stdout).toBe('0\n');
  });

  it("the bridge's socket is the group's, and the only one that it listens on", async () => {
    const pid = await at().mainPid(BRIDGE);
    // Flags 00010000: listening. The socket that systemd opened is in the machine's own table. The kernel skips a row
    // of it now and then, when other sockets open and close meanwhile.
    const tables = `cat /proc/net/unix; nsenter -t ${pid} -n cat /proc/net/unix`;
    const several = `for read in 1 2 3 4 5; do ${tables}; done`;
    const listening = await at().run(`
      for fd in /proc/${pid}/fd/*; do readlink $fd; done | sed -n 's/^socket:.\\(.*\\)]$/\\1/p' > /run/inodes
      ${several} | awk 'NR == FNR { own[$1]; next } $4 == "00010000" && $7 in own && !seen[$7]++ { print $8 }' \
        /run/inodes -
    `);

    expect(await at().run(`stat -c '%a %U %G' ${BRIDGE_SOCKET}`)).toBe('660 root image-api\n');
    expect(listening).toBe(`${BRIDGE_SOCKET}\n`);
  });

  it.each([
    ["the router's user opens", () => at().userOf(ROUTER), 'connected'],
    ['another user does not open', async () => NOBODY, 'EACCES'],
  ])("%s the bridge's socket, and never the runtime's", async (_, user, outcome) => {
    expect(await at().connectAs(await user(), BRIDGE_SOCKET)).toBe(outcome);
    expect(await at().connectAs(await user(), RUNTIME_SOCKET)).toBe('EACCES');
  });

  it("the bridge knows nothing of Harbor's password", async () => {
    const pid = await at().mainPid(BRIDGE);
    const environ = await at().run(`cat /proc/${pid}/environ`);
    const folder = await at().machine.attempt(
      `nsenter -t ${pid} -m ls /run/credentials/${BRIDGE}.service`,
    );

    expect(environ).not.toContain('HARBOR');
    expect(folder.code).not.toBe(0);
  });
}

function killedBridge(at: () => Installed, host: () => Host): void {
  it('is started by the next request, which waits in the socket', async () => {
    await at().run(`kill -KILL ${await at().mainPid(BRIDGE)}`);
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => fetch(`${at().base}/local-images`, noCache)),
    );

    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
  });

  it('while a read is under way: the router tries it once more', async () => {
    const before = await at().mainPid(BRIDGE);
    host().containerd.freeze();
    onTestFinished(() => host().containerd.thaw());
    const asked = fetch(`${at().base}/local-images`, noCache);
    const children = () => at().run(`cat /proc/${before}/task/${before}/children`);
    await expect.poll(children).toMatch(/\d/);
    await at().run(`kill -KILL ${before}`);
    host().containerd.thaw();

    expect((await asked).status).toBe(200);
    expect(await at().mainPid(BRIDGE)).not.toBe(before);
  });
}
