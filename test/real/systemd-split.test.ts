/** Router and bridge as two units in a real systemd, installed by the commands of docs/deployment.md. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createHarborStandIn } from '../../demo/harbor/stand-in.ts';
import { DEMO_ACCOUNT, demoRegistry } from '../../demo/registry.ts';
import { makeAuthority } from '../shared/node/upstreams/certificates.ts';
import { freePort } from './free-port.ts';
import { load } from './load.ts';
import { documentedCommands, documentedDropIns } from './project.ts';
import { bootHost, type Host, RUNTIME_SOCKET } from './systemd/host.ts';
import type { Machine } from './systemd/machine.ts';

const BRIDGE = 'image-api-bridge';
const ROUTER = 'image-api-router';
const BRIDGE_SOCKET = '/run/image-api/bridge.sock';
const noCache = { headers: { 'Cache-Control': 'no-cache' } };

const standIn = createHarborStandIn({ registry: demoRegistry() });
let harbor: Awaited<ReturnType<typeof standIn.listen>>;
let host: Host;
let machine: Machine;
let base = '';

beforeAll(async () => {
  const port = await freePort();
  base = `http://127.0.0.1:${port}`;
  harbor = await standIn.listen();
  host = await bootHost();
  ({ machine } = host);
  await machine.run(configured(port));
});
afterAll(async () => {
  await host?.close();
  await harbor?.close();
});

describe('docs/deployment.md installs the two units', () => {
  it('and when its commands return, they serve host and Harbor', async () => {
    const commands = documentedCommands('docs/deployment.md', 'systemd-split-install');
    await host.asAdmin([`HARBOR_PASSWORD='${DEMO_ACCOUNT.password}'`, ...commands]);
    const images = await fetch(`${base}/local-images`);
    const projects = await fetch(`${base}/harbor/projects`);

    expect(await images.json()).toContainEqual(
      expect.objectContaining({ repository: 'registry.test:9443/apps/web', tag: 'v1' }),
    );
    expect(projects.status).toBe(200);
    expect(await machine.run(`systemctl is-enabled ${BRIDGE}.socket ${ROUTER}`)).toBe(
      'enabled\nenabled\n',
    );
  }, 240_000);

  it('as files that systemd accepts without a warning', async () => {
    const files = [`${BRIDGE}.socket`, `${BRIDGE}.service`, `${ROUTER}.service`];
    const paths = files.map((name) => `/etc/systemd/system/${name}`).join(' ');

    expect(await machine.run(`systemd-analyze verify ${paths} 2>&1`)).toBe('');
  });
});

describe('rights', () => {
  it.each([[BRIDGE], [ROUTER]])('%s has an exposure of 2.5 or less', async (unit) => {
    const report = await machine.run(`systemd-analyze security --no-pager ${unit}`);
    const [, exposure] = /Overall exposure level for [\w.-]+: ([\d.]+)/.exec(report) ?? [];

    expect(Number(exposure)).toBeLessThanOrEqual(2.5);
  });

  it('the bridge is root without capabilities and without a network', async () => {
    const process = `/proc/${await mainPid(BRIDGE)}`;
    const interfaces = await machine.run(
      `nsenter -t ${await mainPid(BRIDGE)} -n cat /proc/net/dev`,
    );

    expect(await machine.run(`grep -E '^(Uid|CapEff)' ${process}/status`)).toBe(
      'Uid:\t0\t0\t0\t0\nCapEff:\t0000000000000000\n',
    );
    expect(interfaces.match(/^ *\w+:/gm)).toEqual(['    lo:']);
  });

  it("the bridge's socket is the group's, and the only one that it listens on", async () => {
    const pid = await mainPid(BRIDGE);
    // Flags 00010000: listening. The socket that systemd opened is in the machine's own table. The kernel skips a row
    // of it now and then, when other sockets open and close meanwhile.
    const tables = `cat /proc/net/unix; nsenter -t ${pid} -n cat /proc/net/unix`;
    const several = `for read in 1 2 3 4 5; do ${tables}; done`;
    const listening = await machine.run(`
      for fd in /proc/${pid}/fd/*; do readlink $fd; done | sed -n 's/^socket:.\\(.*\\)]$/\\1/p' > /run/inodes
      ${several} | awk 'NR == FNR { own[$1]; next } $4 == "00010000" && $7 in own && !seen[$7]++ { print $8 }' \
        /run/inodes -
    `);

    expect(await machine.run(`stat -c '%a %U %G' ${BRIDGE_SOCKET}`)).toBe('660 root image-api\n');
    expect(listening).toBe(`${BRIDGE_SOCKET}\n`);
  });

  it("the router's user opens the bridge's socket, and never the runtime's", async () => {
    const user = await routersUser();

    expect(await connectAs(user, BRIDGE_SOCKET)).toBe('connected');
    expect(await connectAs(user, RUNTIME_SOCKET)).toBe('EACCES');
  });

  it('another user opens neither', async () => {
    const user = '--reuid=65534 --regid=65534 --clear-groups';

    expect(await connectAs(user, BRIDGE_SOCKET)).toBe('EACCES');
    expect(await connectAs(user, RUNTIME_SOCKET)).toBe('EACCES');
  });

  it.each([[BRIDGE], [ROUTER]])('%s may open 16,384 files', async (unit) => {
    const limits = await machine.run(`grep 'Max open files' /proc/${await mainPid(unit)}/limits`);

    expect(limits).toMatch(/ 16384 +16384 /);
  });

  it("the bridge knows nothing of Harbor's password", async () => {
    const environ = await machine.run(`cat /proc/${await mainPid(BRIDGE)}/environ`);
    const folder = await machine.attempt(
      `nsenter -t ${await mainPid(BRIDGE)} -m ls /run/credentials/${BRIDGE}.service`,
    );

    expect(environ).not.toContain('HARBOR');
    expect(folder.code).not.toBe(0);
  });
});

describe('deleting without a token', () => {
  const socket = '/run/image-api-router/local.sock';
  const url = 'http://localhost/harbor/artifacts/platform/jobs/cleanup/1.0';

  it("is done by root over the router's local socket", async () => {
    standIn.registry.push('platform', 'jobs/cleanup', { tags: ['1.0'] });
    const answer = await machine.run(`curl -sS --unix-socket ${socket} -X DELETE ${url}`);

    expect(JSON.parse(answer)).toMatchObject({ deleted: true, usage: 'absent' });
  });

  it("is for no other user than the router's own", async () => {
    const nobody = '--reuid=65534 --regid=65534 --clear-groups';

    expect(await connectAs(await routersUser(), socket)).toBe('connected');
    expect(await connectAs(nobody, socket)).toBe('EACCES');
  });
});

describe('the journal', () => {
  it('has one request of both under one id', async () => {
    await fetch(`${base}/local-images`, { headers: { 'X-Request-Id': 'in-both-journals' } });

    expect(await journal(ROUTER)).toContain('"request_id":"in-both-journals"');
    expect(await journal(BRIDGE)).toContain('"request_id":"in-both-journals"');
  });
});

describe('a journal of deletions', () => {
  it("is written by the router's own user, as the head of its unit says", async () => {
    standIn.registry.push('platform', 'jobs/cleanup', { tags: ['2.0'] });
    const [dropIn = ''] = documentedDropIns(`deploy/systemd/${ROUTER}.service`, 'A journal of');
    await machine.run(`
      ${file(`/etc/systemd/system/${ROUTER}.service.d/journal.conf`, dropIn)}
      systemctl daemon-reload
      systemctl restart ${ROUTER}
    `);
    const curl = 'curl -sS --unix-socket /run/image-api-router/local.sock';
    const url = 'http://localhost/harbor/artifacts/platform/jobs/cleanup/2.0';
    await machine.run(`${curl} -X DELETE ${url}`);
    const rows = await machine.run(`${curl} http://localhost/journal`);
    const lines = await machine.run('wc -l < /var/lib/image-api-router/journal.jsonl');

    expect(JSON.parse(rows)).toMatchObject([{ reference: '2.0', outcome: 'deleted' }]);
    expect(lines).toBe('2\n');
  });
});

describe('a bridge that is killed', () => {
  it('is started by the next request, which waits in the socket', async () => {
    await machine.run(`kill -KILL ${await mainPid(BRIDGE)}`);
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => fetch(`${base}/local-images`, noCache)),
    );

    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
  });

  it('while a read is under way: the router tries it once more', async () => {
    const before = await mainPid(BRIDGE);
    host.containerd.freeze();
    onTestFinished(() => host.containerd.thaw());
    const asked = fetch(`${base}/local-images`, noCache);
    const children = () => machine.run(`cat /proc/${before}/task/${before}/children`);
    await expect.poll(children).toMatch(/\d/);
    await machine.run(`kill -KILL ${before}`);
    host.containerd.thaw();

    expect((await asked).status).toBe(200);
    expect(await mainPid(BRIDGE)).not.toBe(before);
  });
});

describe('a secret', () => {
  it('that changed is read at a restart', async () => {
    await machine.run('echo wrong > /etc/image-api/harbor_password');
    await machine.run(`systemctl restart ${ROUTER}`);
    const refused = await fetch(`${base}/harbor/projects`);
    await machine.run(`echo '${DEMO_ACCOUNT.password}' > /etc/image-api/harbor_password`);
    await machine.run(`systemctl restart ${ROUTER}`);
    const accepted = await fetch(`${base}/harbor/projects`);

    expect([refused.status, accepted.status]).toEqual([502, 200]);
    expect(await journal(ROUTER)).not.toContain(DEMO_ACCOUNT.password);
  });
});

describe('a stop', () => {
  it('of the router under load loses no request, and ends by itself', async () => {
    const traffic = load(`${base}/local-images`, { connections: 16 });
    await traffic.answered(200);
    await machine.run(`systemctl stop ${ROUTER}`);
    const { statuses, lost } = await traffic.stop();

    expect(statuses).toEqual(new Set([200]));
    expect(lost).toEqual([]);
    expect(await machine.run(`systemctl show -P Result ${ROUTER}`)).toBe('success\n');
  });

  it('and start of the bridge under load loses no request either', async () => {
    await machine.run(`systemctl start ${ROUTER}`);
    const traffic = load(`${base}/local-images`, { connections: 8 });
    await traffic.answered(100);
    await machine.run(`systemctl restart ${BRIDGE}`);
    await traffic.answered(300);
    const { statuses, lost } = await traffic.stop();

    expect(statuses).toEqual(new Set([200]));
    expect(lost).toEqual([]);
  });
});

describe('a router on another host', () => {
  it('reaches the bridge over TCP with a token and TLS, as the head of its unit says', async () => {
    const address = `127.0.0.1:${await freePort()}`;
    const authority = makeAuthority();
    const { cert, key } = authority.sign('IP:127.0.0.1');
    const dropIns = documentedDropIns(`deploy/systemd/${BRIDGE}.service`, 'TCP instead of the');
    const [socket = '', service = ''] = dropIns;
    await machine.run(`
      ${file('/etc/image-api/bridge_token', 'token-of-the-bridge')}
      ${file('/etc/image-api/bridge.pem', cert)}
      ${file('/etc/image-api/bridge.key', key)}
      ${file('/root/ca.pem', readFileSync(authority.caFile, 'utf8'))}
      ${file(`/etc/systemd/system/${BRIDGE}.socket.d/tcp.conf`, socket.replace('5001', address))}
      ${file(`/etc/systemd/system/${BRIDGE}.service.d/tcp.conf`, service)}
      systemctl daemon-reload
      systemctl stop ${BRIDGE}.service
      systemctl restart ${BRIDGE}.socket
    `);
    const curl = `curl -sS --cacert /root/ca.pem -o /dev/null -w '%{http_code}' https://${address}/v1/images`;
    const without = await machine.run(curl);
    const withToken = await machine.run(`${curl} -H 'Authorization: Bearer token-of-the-bridge'`);
    const pid = await mainPid(BRIDGE);

    expect([without, withToken]).toEqual(['401', '200']);
    expect(await machine.run(`nsenter -t ${pid} -n cat /proc/net/dev`)).not.toContain('eth0');
  });
});

/** A command that writes a file which only root can read. */
function file(path: string, content: string): string {
  return `install -D -m 0600 /dev/stdin ${path} <<'END'\n${content.trimEnd()}\nEND`;
}

/** Arguments of setpriv that make a process the router's user with its groups. */
async function routersUser(): Promise<string> {
  const status = await machine.run(`cat /proc/${await mainPid(ROUTER)}/status`);
  const field = (name: string) => new RegExp(`^${name}:\\s+(.*)$`, 'm').exec(status)?.[1] ?? '';
  const [uid] = field('Uid').split('\t');
  const [gid] = field('Gid').split('\t');
  return `--reuid=${uid} --regid=${gid} --groups=${field('Groups').trim().replaceAll(' ', ',')}`;
}

/** How opening a unix socket ends for a user. */
async function connectAs(user: string, path: string): Promise<string> {
  const script = `require("net").connect("${path}")
    .on("connect", function () { console.log("connected"); this.destroy(); })
    .on("error", (err) => console.log(err.code))`;
  const command = `setpriv ${user} --no-new-privs node -e '${script.replaceAll('\n', ' ')}'`;
  return (await machine.run(command)).trim();
}

async function mainPid(unit: string): Promise<string> {
  const pid = (await machine.run(`systemctl show -P MainPID ${unit}`)).trim();
  // `kill 0` would reach everything that this test has started, and the test.
  if (pid === '0') throw new Error(`${unit} does not run:\n${await journal(unit)}`);
  return pid;
}

async function journal(unit: string): Promise<string> {
  return await machine.run(`journalctl -u ${unit} -o cat`);
}

/** A configuration where the units look for it. */
function configured(port: number): string {
  const config = {
    app_config: { app_port: port, app_host: '127.0.0.1', log_level: 'INFO' },
    harbor_config: { harbor_host: harbor.url, harbor_username: DEMO_ACCOUNT.name },
  };
  return `
    mkdir /opt/image-api
    cd /opt/image-api
    echo '${JSON.stringify(config)}' > config.json
    printf 'REPOSITORY,TAG,IMAGE ID\\nregistry.k8s.io/pause,,\\n' > images_to_ignore.txt
    chmod 640 config.json
  `;
}
