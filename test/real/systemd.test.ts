/** image_api.service in a real systemd, installed by the README's own commands over the old service. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Registry } from '../../demo/harbor/registry.ts';
import { createHarborStandIn } from '../../demo/harbor/stand-in.ts';
import { freePort } from './free-port.ts';
import { load } from './load.ts';
import { documentedDropIns, PROJECT, readmeCommands } from './project.ts';
import { bootHost, type Host } from './systemd/host.ts';
import type { Machine } from './systemd/machine.ts';

const LOCAL_SOCKET = '/run/image-api/local.sock';
const PASSWORD = 'Harbor12345';
const registry = new Registry({
  accounts: [{ name: 'admin', password: PASSWORD, kind: 'admin' }],
  projects: [{ name: 'shop' }],
});
const standIn = createHarborStandIn({ registry });
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
  await machine.run(oldService(port));
});
afterAll(async () => {
  await host?.close();
  await harbor?.close();
});

describe('the README installs it over the old service', () => {
  const commands = readmeCommands('systemd-install');

  it('in four commands or fewer', () => {
    expect(commands.length).toBeLessThanOrEqual(4);
  });

  it('and when they return, it serves', async () => {
    await host.asAdmin(commands);
    const answer = await fetch(`${base}/livez`);

    expect(answer.status).toBe(200);
    expect(await machine.run('cat /opt/image-api/config.json')).toContain(new URL(base).port);
    expect(await machine.run('systemctl is-enabled image_api')).toBe('enabled\n');
  }, 240_000);

  it('and its password is no longer for everyone', async () => {
    const user = 'setpriv --reuid=65534 --regid=65534 --clear-groups';
    const { stderr } = await machine.attempt(`${user} cat /opt/image-api/config.json`);

    expect(stderr).toContain('Permission denied');
  });
});

describe('deleting without a token', () => {
  it("is done by the README's command", async () => {
    registry.push('shop', 'web', { tags: ['v1'] });
    const answer = JSON.parse(await host.asAdmin(readmeCommands('local-delete')));

    expect(answer).toMatchObject({ deleted: true, reference: 'v1', usage: 'absent' });
  });

  it('is not for other users', async () => {
    const curl = `curl --unix-socket ${LOCAL_SOCKET} http://localhost/livez`;
    const { stderr } = await machine.attempt(`su admin -c '${curl}'`);

    expect(stderr).toMatch(/couldn't connect|failed to connect/i);
    expect(await machine.run(`stat -c '%a %U' ${LOCAL_SOCKET}`)).toBe('600 root\n');
  });
});

describe('image-api-cleanup', () => {
  const CLEANUP = 'image-api-cleanup';
  const run = () => machine.attempt(`systemctl start ${CLEANUP}`);
  const journal = () => machine.run(`journalctl -u ${CLEANUP} -o cat`);
  const dropIn = (lines: string) =>
    machine.run(`
      mkdir -p /etc/systemd/system/${CLEANUP}.service.d
      printf '[Service]\\n${lines}\\n' > /etc/systemd/system/${CLEANUP}.service.d/policy.conf
      systemctl daemon-reload
    `);

  beforeAll(async () => {
    await machine.run(`
      cp /home/admin/image-api/deploy/systemd/${CLEANUP}.* /etc/systemd/system/
      mkdir -p /etc/image-api
      echo 'POLICIES={"nightly":{"keep_newest":1}}' > /etc/image-api/environment
      systemctl daemon-reload
      systemctl restart image_api
    `);
    for (const tag of ['c1', 'c2', 'c3']) registry.push('shop', 'cleaned', { tags: [tag] });
  });
  afterAll(async () => {
    await machine.run(`
      rm -r /etc/image-api/environment /etc/systemd/system/${CLEANUP}.*
      systemctl daemon-reload
      systemctl restart image_api
    `);
  });

  it('is valid, confined, and not enabled by its installation', async () => {
    const units = `/etc/systemd/system/${CLEANUP}.service /etc/systemd/system/${CLEANUP}.timer`;
    const report = await machine.run(`systemd-analyze security --no-pager ${CLEANUP}`);
    const [, exposure] = /Overall exposure level for [\w.-]+: ([\d.]+)/.exec(report) ?? [];
    const enabled = await machine.attempt(`systemctl is-enabled ${CLEANUP}.timer`);

    expect(await machine.run(`systemd-analyze verify ${units} 2>&1`)).toBe('');
    expect(Number(exposure)).toBeLessThanOrEqual(1.5);
    expect(enabled.stdout).toBe('disabled\n');
  });

  it('fails without a policy, and says so', async () => {
    const { code } = await run();

    expect(code).not.toBe(0);
    expect(await journal()).toContain('CLEANUP_POLICY: expected the name of a policy');
  });

  it('only plans, unless a drop-in says otherwise', async () => {
    await dropIn('Environment=CLEANUP_POLICY=nightly');
    const { code } = await run();

    expect(code).toBe(0);
    expect(await journal()).toContain('The policy nightly selects 2 artifacts');
    expect(registry.artifact('shop', 'cleaned', 'c1')).toBeDefined();
  });

  it('applies its plan when a drop-in says so', async () => {
    await dropIn('Environment=CLEANUP_POLICY=nightly CLEANUP_APPLY=true');
    const { code } = await run();

    expect(code).toBe(0);
    expect(await journal()).toContain('Deleted 2 artifacts');
    expect([...(registry.repository('shop', 'cleaned')?.tags.keys() ?? [])]).toEqual(['c3']);
  });

  it('may be started by its timer', async () => {
    await machine.run(`systemctl start ${CLEANUP}.timer`);

    expect(await machine.run(`systemctl is-active ${CLEANUP}.timer`)).toBe('active\n');
    await machine.run(`systemctl stop ${CLEANUP}.timer`);
  });
});

describe('the unit', () => {
  it('is valid', async () => {
    const verify = 'systemd-analyze verify /etc/systemd/system/image_api.service 2>&1';

    expect(await machine.run(verify)).toBe('');
  });

  it('has an exposure of 2.5 or less', async () => {
    const report = await machine.run('systemd-analyze security --no-pager image_api');
    const [, exposure] =
      /Overall exposure level for image_api\.service: ([\d.]+)/.exec(report) ?? [];

    expect(Number(exposure)).toBeLessThanOrEqual(2.5);
  });

  it("lets root without capabilities list the runtime's images", async () => {
    const answer = await fetch(`${base}/local-images`);
    const rows: unknown = await answer.json();
    const capabilities = await machine.run(`grep CapEff /proc/${await mainPid()}/status`);

    expect(rows).toContainEqual(
      expect.objectContaining({ repository: 'registry.test:9443/apps/web', tag: 'v1' }),
    );
    expect(capabilities).toBe('CapEff:\t0000000000000000\n');
  });

  it('may open 16,384 files', async () => {
    const limits = await machine.run(`grep 'Max open files' /proc/${await mainPid()}/limits`);

    expect(limits).toMatch(/ 16384 +16384 /);
  });

  it('logs to its own folder, and to the journal', async () => {
    await fetch(`${base}/local-images`, { headers: { 'X-Request-Id': 'seen-by-systemd' } });
    const log = await machine.run('cat /var/log/image-api/app.log');
    const journal = await machine.run('journalctl -u image_api -o cat');

    expect(log).toContain('"request_id":"seen-by-systemd"');
    expect(journal).toContain('"request_id":"seen-by-systemd"');
  });
});

describe('the service', () => {
  it('serves when a restart returns', async () => {
    const before = await mainPid();
    await machine.run('systemctl restart image_api');
    const answer = await fetch(`${base}/livez`);

    expect(answer.status).toBe(200);
    expect(await mainPid()).not.toBe(before);
  });

  it('answers every request that it accepted when it is stopped under load', async () => {
    const traffic = load(`${base}/local-images`, { connections: 16 });
    await traffic.answered(200);
    await machine.run('systemctl stop image_api');
    const { statuses, lost } = await traffic.stop();

    expect(statuses).toEqual(new Set([200]));
    expect(lost).toEqual([]);
    expect(await machine.run('systemctl show -P Result image_api')).toBe('success\n');
  });

  it('is started again after it was killed', async () => {
    await machine.run('systemctl start image_api');
    await machine.run(`kill -KILL ${await mainPid()}`);
    await expect.poll(() => status(`${base}/livez`), { timeout: 15_000 }).toBe(200);

    expect(await machine.run('systemctl show -P NRestarts image_api')).toBe('1\n');
    expect(await overLocalSocket('/livez')).toBe('ok\n');
  });

  it('fails immediately, says why and is not restarted when the configuration is wrong', async () => {
    await machine.run('mkdir -p /etc/image-api');
    await machine.run('echo APP_PORT=many > /etc/image-api/environment');
    const { code } = await machine.attempt('systemctl restart image_api');
    const journal = await machine.run('journalctl -u image_api -o cat');
    await machine.run('rm /etc/image-api/environment');

    expect(code).not.toBe(0);
    expect(journal).toContain('app_config.app_port: expected an integer');
    expect(await machine.run('systemctl show -P ExecMainStatus image_api')).toBe('78\n');
    expect(await machine.run('systemctl show -P ActiveState image_api')).toBe('failed\n');
  });
});

describe('the changes that its comment names', () => {
  afterEach(async () => {
    await machine.run('rm -rf /etc/systemd/system/image_api.service.d; systemctl daemon-reload');
  });

  it('another port', async () => {
    const port = await freePort();
    await change(changeNamed('Another port').replace('8080', String(port)));

    expect(await status(`http://127.0.0.1:${port}/livez`)).toBe(200);
  });

  it('the log in the folder of config.json', async () => {
    await change(changeNamed('The log in the folder of config.json'));
    await fetch(`${base}/local-images`, { headers: { 'X-Request-Id': 'in-the-old-folder' } });

    expect(await machine.run('cat /opt/image-api/app.log')).toContain('in-the-old-folder');
  });

  it('a journal of deletions', async () => {
    registry.push('shop', 'journaled', { tags: ['v1'] });
    await change(changeNamed('A journal of deletions'));
    await overLocalSocket('/harbor/artifacts/shop/journaled/v1', '-X DELETE');
    const file = '/var/lib/image-api/journal.jsonl';

    expect(JSON.parse(await overLocalSocket('/journal'))).toMatchObject([
      { actor: 'local', project: 'shop', repository: 'journaled', outcome: 'deleted' },
    ]);
    expect(await machine.run(`wc -l < ${file}; stat -c '%a %U' ${file}`)).toBe('2\n640 root\n');
  });

  it('secrets outside config.json', async () => {
    await machine.run(`
      sed -i 's/${PASSWORD}/wrong/' /opt/image-api/config.json
      mkdir -p /etc/image-api
      (umask 077; echo '${PASSWORD}' > /etc/image-api/harbor_password)
    `);
    await change(changeNamed('Secrets outside config.json'));

    expect(await status(`${base}/harbor/repositories/shop`)).toBe(200);
  });

  it('a user with sudo', async () => {
    const dropIn = readFileSync(join(PROJECT, 'deploy/systemd/sudo.conf'), 'utf8');
    const commands = [...dropIn.matchAll(/^# {3}(.*)$/gm)].map(([, command]) => command);
    await machine.run(['cd /home/admin/image-api', ...commands].join('\n'));
    const images = await fetch(`${base}/local-images`);
    const user = await machine.run(`stat -c %U /proc/${await mainPid()}`);
    const report = await machine.run('systemd-analyze security --no-pager image_api');

    expect(images.status).toBe(200);
    expect(user).toBe('image-api\n');
    expect(await machine.run(`stat -c '%a %U' ${LOCAL_SOCKET}`)).toBe('600 image-api\n');
    expect(await overLocalSocket('/livez')).toBe('ok\n');
    expect(report).toContain(`: ${/rates the unit ([\d.]+) with/.exec(dropIn)?.[1]} `);
  });
});

/** The drop-in under `# - TITLE` in the unit's top comment. */
function changeNamed(title: string): string {
  return documentedDropIns('image_api.service', title).join('');
}

async function change(dropIn: string): Promise<void> {
  const folder = '/etc/systemd/system/image_api.service.d';
  await machine.run(`
    mkdir -p ${folder}
    cat > ${folder}/change.conf <<'END'
${dropIn}
END
    systemctl daemon-reload
    systemctl restart image_api
  `);
}

/** What root gets over the local socket. */
async function overLocalSocket(path: string, options = ''): Promise<string> {
  const curl = `curl -sS --unix-socket ${LOCAL_SOCKET} ${options}`;
  return await machine.run(`${curl} http://localhost${path}`);
}

async function mainPid(): Promise<string> {
  return (await machine.run('systemctl show -P MainPID image_api')).trim();
}

async function status(url: string): Promise<number> {
  return await fetch(url).then(
    (answer) => answer.status,
    () => 0,
  );
}

/** The old service as it may be found: the same unit name, a user of its own, its folder and files. */
function oldService(port: number): string {
  const config = {
    app_config: { app_port: port, log_level: 'INFO' },
    harbor_config: { harbor_host: harbor.url, harbor_username: 'admin', harbor_password: PASSWORD },
  };
  return `
    useradd --system flask
    mkdir /opt/image-api
    cd /opt/image-api
    echo '${JSON.stringify(config)}' > config.json
    printf 'REPOSITORY,TAG,IMAGE ID\\nregistry.k8s.io/pause,,\\n' > images_to_ignore.txt
    echo 'import flask' > app.py
    chown -R flask: .
    printf '[Service]\\nUser=flask\\nExecStart=sleep infinity\\n' > /etc/systemd/system/image_api.service
    systemctl daemon-reload
    systemctl start image_api
  `;
}
