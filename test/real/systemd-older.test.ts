/** The units on systemd 247, the oldest that has credentials; it does not know %d yet. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createHarborStandIn } from '../../demo/harbor/stand-in.ts';
import { DEMO_ACCOUNT, demoRegistry } from '../../demo/registry.ts';
import { freePort } from './free-port.ts';
import { PROJECT } from './project.ts';
import { Machine } from './systemd/machine.ts';

const UNITS = '/etc/systemd/system';
const standIn = createHarborStandIn({ registry: demoRegistry() });
let harbor: Awaited<ReturnType<typeof standIn.listen>>;
let machine: Machine;
let base = '';

beforeAll(async () => {
  const port = await freePort();
  base = `http://127.0.0.1:${port}`;
  harbor = await standIn.listen();
  machine = await Machine.boot({ suite: 'bullseye', binds: [`${PROJECT}:/srv/checkout`] });
  await machine.run(installed(port));
});
afterAll(async () => {
  await machine?.powerOff();
  await harbor?.close();
});

it('is what this machine has', async () => {
  expect(await machine.run('systemctl --version')).toMatch(/^systemd 247 /);
});

it('understands every line of the units', async () => {
  const files = ['image_api', 'image-api-bridge', 'image-api-router', 'image-api-cleanup'];
  const paths = files.map((name) => `${UNITS}/${name}.service`).join(' ');
  const { stdout } = await machine.attempt(`systemd-analyze verify ${paths} 2>&1`);
  // Its verify does not search the PATH for a command, but its start does.
  const complaints = stdout.split('\n').filter((line) => !line.includes('Command node is not'));

  expect(complaints).toEqual(['']);
});

it('image_api.service logs in with a credential, and deletes over its local socket', async () => {
  await machine.run('systemctl start image_api');
  standIn.registry.push('platform', 'jobs/cleanup', { tags: ['1.0'] });
  const repositories = await fetch(`${base}/harbor/repositories/platform`);
  const deletion = await deleteOver('/run/image-api/local.sock');
  await machine.run('systemctl stop image_api');

  expect(repositories.status).toBe(200);
  expect(deletion).toMatchObject({ deleted: true, reference: '1.0' });
});

it('the two units do the same', async () => {
  await machine.run('systemctl start image-api-bridge.socket image-api-router');
  standIn.registry.push('platform', 'jobs/cleanup', { tags: ['1.0'] });
  const repositories = await fetch(`${base}/harbor/repositories/platform`);
  const deletion = await deleteOver('/run/image-api-router/local.sock');

  expect(repositories.status).toBe(200);
  expect(deletion).toMatchObject({ deleted: true, reference: '1.0' });
});

async function deleteOver(socket: string): Promise<unknown> {
  const url = 'http://localhost/harbor/artifacts/platform/jobs/cleanup/1.0';
  return JSON.parse(await machine.run(`curl -sS --unix-socket ${socket} -X DELETE ${url}`));
}

/** All units and their files. The password is only in a credential. */
function installed(port: number): string {
  const config = {
    app_config: { app_port: port, app_host: '127.0.0.1' },
    delete_config: { delete_guard: 'off' },
    harbor_config: { harbor_host: harbor.url, harbor_username: DEMO_ACCOUNT.name },
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
    (umask 077; echo '${DEMO_ACCOUNT.password}' > /etc/image-api/harbor_password)
    printf '[Service]\\nLoadCredential=harbor_password:/etc/image-api/harbor_password\\n' \\
      > ${UNITS}/image_api.service.d/credential.conf
    systemctl daemon-reload
  `;
}
