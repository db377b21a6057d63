/** A Harbor and a machine with the units of one deployment, and what the tests ask of them. */
import { Registry } from '../../../demo/harbor/registry.ts';
import { createHarborStandIn } from '../../../demo/harbor/stand-in.ts';
import { freePort } from '../free-port.ts';
import { bootHost, type Host } from './host.ts';
import { Machine } from './machine.ts';

export const PASSWORD = 'Harbor12345';
export const UNITS = '/etc/systemd/system';

/** `nobody` of Debian, as arguments of setpriv. */
export const NOBODY = '--reuid=65534 --regid=65534 --clear-groups';

export type Installed = Awaited<ReturnType<typeof installedBeside>>[0];

/** The machine of an operator, with a checkout and a containerd. */
export const installedOnHost = (): Promise<readonly [Installed, Host]> => installedBeside(bootHost);

/** A machine with systemd 247, which sees this project at `/srv/checkout`. */
export async function installedOnOlderSystemd(project: string): Promise<Installed> {
  const [installed] = await installedBeside(async () => {
    const machine = await Machine.boot({ suite: 'bullseye', binds: [`${project}:/srv/checkout`] });
    return { machine, close: () => machine.powerOff() };
  });
  return installed;
}

/** Boots a machine beside a Harbor whose only project is `shop`. */
async function installedBeside<T extends { machine: Machine; close(): Promise<void> }>(
  boot: () => Promise<T>,
) {
  const registry = new Registry({
    accounts: [{ name: 'admin', password: PASSWORD, kind: 'admin' }],
    projects: [{ name: 'shop' }],
  });
  const port = await freePort();
  const base = `http://127.0.0.1:${port}`;
  const harbor = await createHarborStandIn({ registry }).listen();
  const booted = await boot();
  const { machine } = booted;
  const run = (script: string) => machine.run(script);
  const property = (unit: string, name: string) => run(`systemctl show -P ${name} ${unit}`);
  const journal = (unit: string) => run(`journalctl -u ${unit} -o cat`);
  const mainPid = async (unit: string) => {
    const pid = (await property(unit, 'MainPID')).trim();
    // `kill 0` would reach everything that this test has started, and the test.
    if (pid === '0') throw new Error(`${unit} does not run:\n${await journal(unit)}`);
    return pid;
  };
  const installed = {
    registry,
    port,
    base,
    harborUrl: harbor.url,
    machine,
    run,
    property,
    journal,
    mainPid,

    /** `curl` by root over a local socket. */
    overSocket: (socket: string, path: string, options = '') =>
      run(`curl -sS --unix-socket ${socket} ${options} http://localhost${path}`),

    /** A status over TCP; 0 while nothing listens. */
    status: (path: string, at = base): Promise<number> =>
      fetch(`${at}${path}`).then(
        (answer) => answer.status,
        () => 0,
      ),

    /** Arguments of setpriv that make a process the user of a unit with its groups. */
    userOf: async (unit: string) => {
      const status = await run(`cat /proc/${await mainPid(unit)}/status`);
      const field = (name: string) =>
        new RegExp(`^${name}:[ \\t]*(.*)$`, 'm').exec(status)?.[1] ?? '';
      const [uid] = field('Uid').split('\t');
      const [gid] = field('Gid').split('\t');
      const groups = field('Groups').trim().replaceAll(' ', ',');
      const others = groups === '' ? '--clear-groups' : `--groups=${groups}`;
      return `--reuid=${uid} --regid=${gid} ${others}`;
    },

    /** How opening a unix socket ends for a user, who is given as arguments of setpriv. */
    connectAs: async (user: string, path: string) => {
      const script = `require("net").connect("${path}")
        .on("connect", function () { console.log("connected"); this.destroy(); })
        .on("error", (err) => console.log(err.code))`;
      const command = `setpriv ${user} --no-new-privs node -e '${script.replaceAll('\n', ' ')}'`;
      return (await run(command)).trim();
    },

    /** The complaints of systemd about files of units. */
    complaints: async (files: readonly string[]) => {
      const paths = files.map((name) => `${UNITS}/${name}`).join(' ');
      return (await machine.attempt(`systemd-analyze verify ${paths} 2>&1`)).stdout;
    },

    exposure: async (unit: string) => {
      const report = await run(`systemd-analyze security --no-pager ${unit}`);
      return Number(/Overall exposure level for [\w.-]+: ([\d.]+)/.exec(report)?.[1]);
    },

    /** Adds a drop-in; the unit has it after its next start. */
    dropIn: (unit: string, name: string, text: string) =>
      run(`${file(`${UNITS}/${unit}.d/${name}.conf`, text)}\nsystemctl daemon-reload`),

    close: async () => {
      await booted.close();
      await harbor.close();
    },
  };
  return [installed, booted] as const;
}

/** A command that writes a file which only root can read. */
export function file(path: string, content: string): string {
  return `install -D -m 0600 /dev/stdin ${path} <<'END'\n${content.trimEnd()}\nEND`;
}
