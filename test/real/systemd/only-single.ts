/** Tests of the one process: its upgrade from the old service, its timer, its failures, the changes that it documents. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../free-port.ts';
import { documentedDropIns, PROJECT, readmeCommands } from '../project.ts';
import { SINGLE } from './deployments.ts';
import type { Host } from './host.ts';
import { type Installed, PASSWORD } from './installed.ts';

const { localSocket } = SINGLE;

export function onlySingle(at: () => Installed, host: () => Host): void {
  it('is installed by four commands or fewer, which keep its configuration', async () => {
    expect(SINGLE.commands.length).toBeLessThanOrEqual(4);
    expect(await at().run('cat /opt/image-api/config.json')).toContain(String(at().port));
  });

  it('no longer shows the password to everyone', async () => {
    const user = 'setpriv --reuid=65534 --regid=65534 --clear-groups';
    const { stderr } = await at().machine.attempt(`${user} cat /opt/image-api/config.json`);

    expect(stderr).toContain('Permission denied');
  });

  it("deletes by the README's command", async () => {
    at().registry.push('shop', 'web', { tags: ['v1'] });
    const answer = JSON.parse(await host().asAdmin(readmeCommands('local-delete')));

    expect(answer).toMatchObject({ deleted: true, reference: 'v1', usage: 'absent' });
  });

  it('logs to its own folder', async () => {
    await fetch(`${at().base}/local-images`, { headers: { 'X-Request-Id': 'in-the-file' } });

    expect(await at().run('cat /var/log/image-api/app.log')).toContain(
      '"request_id":"in-the-file"',
    );
  });

  describe('image-api-cleanup', () => cleanupTimer(at));
  describe('its process', () => restarts(at));
  describe('the changes that its comment names', () => documentedChanges(at));
}

function cleanupTimer(at: () => Installed): void {
  const CLEANUP = 'image-api-cleanup';
  const run = () => at().machine.attempt(`systemctl start ${CLEANUP}`);
  const policy = (environment: string) =>
    at().dropIn(`${CLEANUP}.service`, 'policy', `[Service]\nEnvironment=${environment}`);

  beforeAll(async () => {
    await at().run(`
      cp /home/admin/image-api/deploy/systemd/${CLEANUP}.* /etc/systemd/system/
      mkdir -p /etc/image-api
      echo 'POLICIES={"nightly":{"keep_newest":1}}' > /etc/image-api/environment
      systemctl daemon-reload
      systemctl restart image_api
    `);
    for (const tag of ['c1', 'c2', 'c3']) at().registry.push('shop', 'cleaned', { tags: [tag] });
  });
  afterAll(async () => {
    await at().run(`
      rm -r /etc/image-api/environment /etc/systemd/system/${CLEANUP}.*
      systemctl daemon-reload
      systemctl restart image_api
    `);
  });

  it('is valid, confined, and not enabled by its installation', async () => {
    const enabled = await at().machine.attempt(`systemctl is-enabled ${CLEANUP}.timer`);

    expect(await at().complaints([`${CLEANUP}.service`, `${CLEANUP}.timer`])).toBe('');
    expect(await at().exposure(CLEANUP)).toBeLessThanOrEqual(1.5);
    expect(enabled.stdout).toBe('disabled\n');
  });

  it('fails without a policy, and says so', async () => {
    const { code } = await run();

    expect(code).not.toBe(0);
    expect(await at().journal(CLEANUP)).toContain('CLEANUP_POLICY: expected the name of a policy');
  });

  it('only plans, unless a drop-in says otherwise', async () => {
    await policy('CLEANUP_POLICY=nightly');
    const { code } = await run();

    expect(code).toBe(0);
    expect(await at().journal(CLEANUP)).toContain('The policy nightly selects 2 artifacts');
    expect(at().registry.artifact('shop', 'cleaned', 'c1')).toBeDefined();
  });

  it('applies its plan when a drop-in says so', async () => {
    await policy('CLEANUP_POLICY=nightly CLEANUP_APPLY=true');
    const { code } = await run();

    expect(code).toBe(0);
    expect(await at().journal(CLEANUP)).toContain('Deleted 2 artifacts');
    expect([...(at().registry.repository('shop', 'cleaned')?.tags.keys() ?? [])]).toEqual(['c3']);
  });

  it('may be started by its timer', async () => {
    await at().run(`systemctl start ${CLEANUP}.timer`);

    expect(await at().run(`systemctl is-active ${CLEANUP}.timer`)).toBe('active\n');
    await at().run(`systemctl stop ${CLEANUP}.timer`);
  });
}

function restarts(at: () => Installed): void {
  it('is another one, and serves, when a restart returns', async () => {
    const before = await at().mainPid('image_api');
    await at().run('systemctl restart image_api');

    expect(await at().status('/livez')).toBe(200);
    expect(await at().mainPid('image_api')).not.toBe(before);
  });

  it('is started again after it was killed', async () => {
    await at().run(`kill -KILL ${await at().mainPid('image_api')}`);
    await expect.poll(() => at().status('/livez'), { timeout: 15_000 }).toBe(200);

    expect(await at().property('image_api', 'NRestarts')).toBe('1\n');
    expect(await at().overSocket(localSocket, '/livez')).toBe('ok\n');
  });

  it('fails immediately, says why and is not restarted when the configuration is wrong', async () => {
    await at().run('mkdir -p /etc/image-api; echo APP_PORT=many > /etc/image-api/environment');
    const { code } = await at().machine.attempt('systemctl restart image_api');
    await at().run('rm /etc/image-api/environment');

    expect(code).not.toBe(0);
    expect(await at().journal('image_api')).toContain('app_config.app_port: expected an integer');
    expect(await at().property('image_api', 'ExecMainStatus')).toBe('78\n');
    expect(await at().property('image_api', 'ActiveState')).toBe('failed\n');
  });
}

function documentedChanges(at: () => Installed): void {
  /** The drop-in under `# - TITLE` in the unit's top comment, which is then in force. */
  const change = async (title: string, edit = (dropIn: string) => dropIn) => {
    const dropIn = documentedDropIns('image_api.service', title).join('');
    await at().dropIn('image_api.service', 'change', edit(dropIn));
    await at().run('systemctl restart image_api');
  };
  afterEach(async () => {
    await at().run('rm -rf /etc/systemd/system/image_api.service.d; systemctl daemon-reload');
  });

  it('another port', async () => {
    const port = await freePort();
    await change('Another port', (dropIn) => dropIn.replace('8080', String(port)));

    expect(await at().status('/livez', `http://127.0.0.1:${port}`)).toBe(200);
  });

  it('the log in the folder of config.json', async () => {
    await change('The log in the folder of config.json');
    await fetch(`${at().base}/local-images`, { headers: { 'X-Request-Id': 'in-the-old-folder' } });

    expect(await at().run('cat /opt/image-api/app.log')).toContain('in-the-old-folder');
  });

  it('secrets outside config.json', async () => {
    await at().run(`
      sed -i 's/${PASSWORD}/wrong/' /opt/image-api/config.json
      mkdir -p /etc/image-api
      (umask 077; echo '${PASSWORD}' > /etc/image-api/harbor_password)
    `);
    await change('Secrets outside config.json');

    expect(await at().status('/harbor/repositories/shop')).toBe(200);
  });

  it('a user with sudo', async () => {
    const dropIn = readFileSync(join(PROJECT, 'deploy/systemd/sudo.conf'), 'utf8');
    const commands = [...dropIn.matchAll(/^# {3}(.*)$/gm)].map(([, command]) => command);
    await at().run(['cd /home/admin/image-api', ...commands].join('\n'));
    const user = await at().run(`stat -c %U /proc/${await at().mainPid('image_api')}`);

    expect(await at().status('/local-images')).toBe(200);
    expect(user).toBe('image-api\n');
    expect(await at().run(`stat -c '%a %U' ${localSocket}`)).toBe('600 image-api\n');
    expect(await at().overSocket(localSocket, '/livez')).toBe('ok\n');
    expect(String(await at().exposure('image_api'))).toBe(
      /rates the unit ([\d.]+) with/.exec(dropIn)?.[1],
    );
  });
}
