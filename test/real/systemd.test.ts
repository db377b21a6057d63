/** The units in a real systemd: what every deployment holds, then what only one has. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { load } from './load.ts';
import { documentedDropIns, PROJECT } from './project.ts';
import { type Deployment, SINGLE, SPLIT } from './systemd/deployments.ts';
import type { Host } from './systemd/host.ts';
import {
  type Installed,
  installedOnHost,
  installedOnOlderSystemd,
  NOBODY,
  PASSWORD,
  UNITS,
} from './systemd/installed.ts';
import { onlySingle } from './systemd/only-single.ts';
import { onlySplit } from './systemd/only-split.ts';

let at: Installed;
let host: Host;

describe.each<Deployment & { only: (at: () => Installed, host: () => Host) => void }>([
  { ...SINGLE, only: onlySingle },
  { ...SPLIT, only: onlySplit },
])('$title', (deployment) => {
  const { front, reader, services, localSocket } = deployment;
  const files = [...services.map((name) => `${name}.service`), ...deployment.otherFiles];

  beforeAll(async () => {
    [at, host] = await installedOnHost();
    await deployment.prepare(at);
  });
  afterAll(() => at?.close());

  it('serves host and Harbor when the documented commands return', async () => {
    await deployment.install(host);
    const images = await fetch(`${at.base}/local-images`);

    expect(await images.json()).toContainEqual(
      expect.objectContaining({ repository: 'registry.test:9443/apps/web', tag: 'v1' }),
    );
    expect(await at.status('/harbor/projects')).toBe(200);
    expect(new Set(await at.run(`systemctl is-enabled ${deployment.enabled}`))).toEqual(
      new Set('enabled\n'),
    );
  }, 240_000);

  it('has files that systemd accepts without a warning', async () => {
    expect(await at.complaints(files)).toBe('');
  });

  it.each(services)('%s has an exposure of 2.5 or less', async (unit) => {
    expect(await at.exposure(unit)).toBeLessThanOrEqual(2.5);
  });

  it.each(services)('%s may open 16,384 files', async (unit) => {
    const limits = await at.run(`grep 'Max open files' /proc/${await at.mainPid(unit)}/limits`);

    expect(limits).toMatch(/ 16384 +16384 /);
  });

  it('reads the runtime as root without capabilities', async () => {
    const status = `/proc/${await at.mainPid(reader)}/status`;

    expect(await at.run(`grep -E '^(Uid|CapEff)' ${status}`)).toBe(
      'Uid:\t0\t0\t0\t0\nCapEff:\t0000000000000000\n',
    );
  });

  it.each(services)('%s gains no privileges, and writes to no file of the system', async (unit) => {
    const pid = await at.mainPid(unit);
    const touched = await at.machine.attempt(`nsenter -t ${pid} -m touch /usr/x /etc/x`);

    expect(await at.run(`grep NoNewPrivs /proc/${pid}/status`)).toBe('NoNewPrivs:\t1\n');
    expect(touched.stderr.match(/Read-only file system/g)).toHaveLength(2);
  });

  it('has a request in the journal of each of its services', async () => {
    await fetch(`${at.base}/local-images`, { headers: { 'X-Request-Id': 'seen-by-systemd' } });
    // A service writes its line after its answer, and the journal has it a little later.
    const journals = () => Promise.all(services.map((unit) => at.journal(unit)));

    await expect
      .poll(journals, { timeout: 30_000 })
      .toEqual(services.map(() => expect.stringContaining('"request_id":"seen-by-systemd"')));
  });

  it('deletes without a token for root over its local socket', async () => {
    at.registry.push('shop', 'web', { tags: ['v1'] });
    const answer = await at.overSocket(localSocket, '/harbor/artifacts/shop/web/v1', '-X DELETE');

    expect(JSON.parse(answer)).toMatchObject({ deleted: true, reference: 'v1', usage: 'absent' });
  });

  it('opens its local socket to no other user than its own', async () => {
    expect(await at.connectAs(await at.userOf(front), localSocket)).toBe('connected');
    expect(await at.connectAs(NOBODY, localSocket)).toBe('EACCES');
    expect(await at.run(`stat -c %a ${localSocket}`)).toBe('600\n');
  });

  it('keeps a journal of deletions as the head of its unit says', async () => {
    const [dropIn = ''] = documentedDropIns(deployment.unitFile, 'A journal of deletions');
    at.registry.push('shop', 'journaled', { tags: ['v1'] });
    await at.dropIn(`${front}.service`, 'journal', dropIn);
    await at.run(`systemctl restart ${front}`);
    await at.overSocket(localSocket, '/harbor/artifacts/shop/journaled/v1', '-X DELETE');
    const rows = await at.overSocket(localSocket, '/journal');
    const lines = await at.run(`wc -l < ${deployment.journalFile}`);

    expect(JSON.parse(rows)).toMatchObject([
      { actor: 'local', repository: 'journaled', outcome: 'deleted' },
    ]);
    expect(lines).toBe('2\n');
  });

  it('loses no request when it is stopped under load, and ends by itself', async () => {
    const traffic = load(`${at.base}/local-images`, { connections: 16 });
    await traffic.answered(200);
    await at.run(`systemctl stop ${front}`);
    const { statuses, lost } = await traffic.stop();
    const result = await at.property(front, 'Result');
    await at.run(`systemctl start ${front}`);

    expect(statuses).toEqual(new Set([200]));
    expect(lost).toEqual([]);
    expect(result).toBe('success\n');
  });

  deployment.only(
    () => at,
    () => host,
  );
});

/** The oldest systemd that has credentials; it does not know %d yet. */
describe('the units on systemd 247', () => {
  const DEPLOYED = [SINGLE, SPLIT].flatMap(({ services }) => services);

  beforeAll(async () => {
    at = await installedOnOlderSystemd(PROJECT);
    await at.run(installedOnOlder());
  });
  afterAll(() => at?.close());

  it('have only lines that it understands', async () => {
    const files = [...DEPLOYED, 'image-api-cleanup'].map((name) => `${name}.service`);
    const complaints = await at.complaints(files);

    expect(await at.run('systemctl --version')).toMatch(/^systemd 247 /);
    // Its verify does not search the PATH for a command, but its start does.
    expect(complaints.split('\n').filter((line) => !line.includes('Command node is not'))).toEqual([
      '',
    ]);
  });

  it.each([
    ['image_api', SINGLE],
    ['image-api-bridge.socket image-api-router', SPLIT],
  ])(
    '%s log in with a credential, and delete over the local socket',
    async (units, { front, localSocket }) => {
      at.registry.push('shop', 'web', { tags: ['v1'] });
      await at.run(`systemctl start ${units}`);
      const status = await at.status('/harbor/repositories/shop');
      const answer = await at.overSocket(localSocket, '/harbor/artifacts/shop/web/v1', '-X DELETE');
      await at.run(`systemctl stop ${front}`);

      expect(status).toBe(200);
      expect(JSON.parse(answer)).toMatchObject({ deleted: true, reference: 'v1' });
    },
  );
});

/** All units and their files. The password is only in a credential. */
function installedOnOlder(): string {
  const config = {
    app_config: { app_port: at.port, app_host: '127.0.0.1' },
    delete_config: { delete_guard: 'off' },
    harbor_config: { harbor_host: at.harborUrl, harbor_username: 'admin' },
  };
  return `
    mkdir -p /opt/image-api /etc/image-api ${UNITS}/image_api.service.d
    cd /srv/checkout
    cp -r dist /opt/image-api/
    cp image_api.service deploy/systemd/image-api-* ${UNITS}/
    install -D -m 0644 deploy/systemd/image-api.conf /etc/sysusers.d/image-api.conf
    systemd-sysusers
    echo '${JSON.stringify(config)}' > /opt/image-api/config.json
    chgrp image-api /opt/image-api/config.json
    chmod 0640 /opt/image-api/config.json
    (umask 077; echo '${PASSWORD}' > /etc/image-api/harbor_password)
    printf '[Service]\\nLoadCredential=harbor_password:/etc/image-api/harbor_password\\n' \\
      > ${UNITS}/image_api.service.d/credential.conf
    systemctl daemon-reload
  `;
}
