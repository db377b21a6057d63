/**
 * A machine like an operator's: a user `admin` with sudo and a checkout, crictl, and a containerd
 * with one image, `registry.test:9443/apps/web:v1`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Containerd } from '../containerd/containerd.ts';
import { copyCrictl } from '../crictl.ts';
import { checkOut } from '../project.ts';
import { Machine } from './machine.ts';

export const RUNTIME_SOCKET = '/run/containerd/containerd.sock';

export interface Host {
  readonly machine: Machine;
  readonly containerd: Containerd;
  /** Runs commands in the checkout as `admin`; throws when one fails. */
  asAdmin(commands: readonly string[]): Promise<string>;
  close(): Promise<void>;
}

/** Boots the machine. `close` deletes it. */
export async function bootHost(): Promise<Host> {
  const folder = mkdtempSync(join(tmpdir(), 'image-api-systemd-'));
  await chmod(folder, 0o755);
  await checkOut(join(folder, 'checkout'));
  await copyCrictl(join(folder, 'crictl'));
  const containerd = await Containerd.start();
  await containerd.importImage({ names: ['registry.test:9443/apps/web:v1'], title: 'web' });
  const machine = await Machine.boot({
    binds: [
      `${join(folder, 'checkout')}:/srv/checkout`,
      `${join(folder, 'crictl')}:/opt/bin`,
      `${containerd.socket}:${RUNTIME_SOCKET}`,
    ],
  });
  await machine.run(`
    useradd --create-home --shell /bin/sh admin
    cp -r /srv/checkout /home/admin/image-api
    chown -R admin: /home/admin
    echo 'admin ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/admin
  `);
  return {
    machine,
    containerd,
    asAdmin: (commands) => {
      const script = ['set -e', 'cd ~/image-api', ...commands].join('\n');
      return machine.run(`su admin - <<'END'\n${script}\nEND`);
    },
    close: async () => {
      await machine.powerOff();
      await containerd.close();
      rmSync(folder, { recursive: true });
    },
  };
}
