/** A real containerd that stops, hangs, dies and returns under the built service, which guards deletions by it. */
import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { createHarborStandIn } from '../../demo/harbor/stand-in.ts';
import { writeProgram } from '../bridge/programs.ts';
import { Containerd } from '../real/containerd/containerd.ts';
import { copyCrictl } from '../real/crictl.ts';
import { freePort } from '../real/free-port.ts';
import { eventually } from '../support/eventually.ts';
import { keptRegistry, LOGIN } from '../support/keeper.ts';
import { startProcess } from '../support/processes.ts';
import { descriptors } from './process-state.ts';
import { recovery } from './recovery.ts';

const WEB = 'registry.test:9443/apps/web';
const TOKEN = 'write-token-of-ci';
/** The artifact that runs, and one that nobody has. */
const USED = '/harbor/artifacts/apps/web/v1';
const UNUSED = '/harbor/artifacts/apps/web/v9';
const folder = mkdtempSync(join(tmpdir(), 'image-api-faults-'));

let containerd: Containerd;
let crictlPath: string;
let digest: string;

beforeAll(async () => {
  containerd = await Containerd.start();
  crictlPath = await copyCrictl(folder);
  const image = { names: [`${WEB}:v1`], repository: WEB, title: 'v1' };
  digest = (await containerd.importImage(image)).digest;
  await containerd.run({ name: 'app', pod: 'web-7d9f', image: `${WEB}:v1` });
});
afterAll(async () => {
  await containerd?.close();
  rmSync(folder, { recursive: true });
});

it.each([
  ['is stopped', () => containerd.halt(), () => containerd.launch(), 503, 'runtime_unreachable'],
  ['is killed', () => containerd.kill(), () => containerd.launch(), 503, 'runtime_unreachable'],
  ['hangs', () => containerd.freeze(), () => containerd.thaw(), 504, 'crictl_timeout'],
] as const)('containerd %s: lists say why, nothing is deleted until it returns', async (...row) => {
  const [fault, begin, end, status, code] = row;
  const { list, remove, tags, pid } = await start();
  const before = descriptors(pid);

  await begin();
  const [images, used, unused] = await Promise.all([list(), remove(USED), remove(UNUSED)]);
  const kept = tags();
  const endedAtMs = performance.now();
  await end();
  const works = async () => expect(await list()).toEqual({ status: 200, rows: 2 });
  await recovery(`containerd ${fault}`, works, { sinceMs: endedAtMs });

  expect(images).toEqual({ status, code });
  expect(used).toEqual({ status: 409, code: 'usage_unknown' });
  expect(unused).toEqual({ status: 409, code: 'usage_unknown' });
  expect(kept).toEqual(['v1', 'v9']);
  expect(await remove(USED)).toEqual({ status: 409, code: 'in_use' });
  expect(await remove(UNUSED)).toEqual({ status: 200 });
  await eventually(() => expect(descriptors(pid)).toBeLessThanOrEqual(before + 4));
});

it('containerd hangs again and again: each list is whole or a problem, and the used artifact stays', async () => {
  const { list, remove, tags } = await start();
  const lists: Outcome[] = [];
  const deletions: Outcome[] = [];
  for (let turn = 0; turn < 3; turn += 1) {
    const asked = [list(), list()];
    const removed = [remove(USED), remove(USED)];
    containerd.freeze();
    asked.push(list());
    removed.push(remove(USED));
    await Promise.race(removed);
    containerd.thaw();
    lists.push(...(await Promise.all(asked)));
    deletions.push(...(await Promise.all(removed)));
  }
  const works = async () => expect(await list()).toEqual({ status: 200, rows: 2 });
  await recovery('containerd hangs again and again', works);

  const wholeOrLate = [
    { status: 200, rows: 2 },
    { status: 504, code: 'crictl_timeout' },
  ];
  const refused = ['in_use', 'usage_unknown'].map((code) => ({ status: 409, code }));
  expect(lists).toEqual(lists.map(() => expect.toBeOneOf(wholeOrLate)));
  expect(deletions).toEqual(deletions.map(() => expect.toBeOneOf(refused)));
  expect(tags()).toEqual(['v1', 'v9']);
});

it.each([
  ['images', 'sleep 2'],
  // Its output is of the time before the wait.
  ['ps', 'said=$(crictl_itself "$@"); sleep 2; echo "$said"; exit'],
])('crictl %s is slow: the image of a pod that starts meanwhile stays', async (command, slowly) => {
  const { registry, remove, tags } = await start();
  const image = { names: [`${WEB}:${command}`], repository: WEB, title: command };
  const imported = await containerd.importImage(image);
  registry.push('apps', 'web', { digest: imported.digest, tags: [command] });
  const asItWas = insteadOf(command, slowly);

  const removed = remove(`/harbor/artifacts/apps/web/${command}`);
  await sleep(700);
  const id = await containerd.run({
    name: 'late',
    pod: `late-${command}`,
    image: `${WEB}:${command}`,
  });
  const outcome = await removed;
  asItWas();
  await containerd.remove(id);
  await containerd.removeImage(`${WEB}:${command}`);

  expect(outcome).toEqual({ status: 409, code: 'in_use' });
  expect(tags()).toContain(command);
});

it('the runtime has images and no containers, as CRI-O after a reboot: nothing is deleted until they are back', async () => {
  const { list, remove, tags } = await start();
  const before = await remove(USED);
  const asItWas = insteadOf('ps', `echo '{"containers": []}'; exit`);

  const rebooted = [await remove(USED), await remove(UNUSED)];
  const images = await list();
  asItWas();
  const endedAtMs = performance.now();
  const works = async () => expect(await remove(USED)).toEqual({ status: 409, code: 'in_use' });
  await recovery('a runtime without containers', works, { sinceMs: endedAtMs });

  expect(before).toEqual({ status: 409, code: 'in_use' });
  expect(rebooted).toEqual(rebooted.map(() => ({ status: 409, code: 'usage_unknown' })));
  expect(images).toEqual({ status: 200, rows: 2 });
  expect(tags()).toEqual(['v1', 'v9']);
});

/** Lets crictl do something else for one command. Returns what ends this. */
function insteadOf(command: string, line: string): () => void {
  const itself = `${crictlPath}.itself`;
  renameSync(crictlPath, itself);
  const end = () => renameSync(itself, crictlPath);
  writeProgram(
    folder,
    'crictl',
    `crictl_itself() { ${itself} "$@"; }
case " $* " in *" ${command} "*) ${line};; esac
exec ${itself} "$@"`,
  );
  return end;
}

interface Outcome {
  readonly status: number;
  readonly code?: string;
  readonly rows?: number;
}

/** The service, when it can read the host, over a registry that has both artifacts. */
async function start() {
  const registry = keptRegistry(
    [{ name: 'apps', repositories: { web: [{ digest, tags: ['v1'] }, { tags: ['v9'] }] } }],
    'admin',
  );
  const harbor = await createHarborStandIn({ registry }).listen();
  onTestFinished(() => harbor.close());
  const app_port = await freePort();
  const service = startProcess('single', {
    config: {
      app_config: { app_port, write_token: TOKEN },
      metrics_config: { refresh_ms: 0 },
      harbor_config: {
        harbor_host: harbor.url,
        ...LOGIN,
      },
      crictl_config: {
        crictl_path: crictlPath,
        crictl_sudo: false,
        crictl_runtime_endpoint: containerd.endpoint,
        crictl_timeout_ms: 4000,
        crictl_max_age_ms: 0,
      },
    },
  });
  await service.listening;
  const ask = async (path: string, init: RequestInit = {}): Promise<Outcome> => {
    const answer = await fetch(`http://127.0.0.1:${app_port}${path}`, init);
    const body = (await answer.json()) as { readonly code?: string; readonly length?: number };
    const { status } = answer;
    if (body.code !== undefined) return { status, code: body.code };
    return body.length === undefined ? { status } : { status, rows: body.length };
  };
  const list = () => ask('/local-images');
  await eventually(async () => expect(await list()).toEqual({ status: 200, rows: 2 }));
  return {
    registry,
    pid: service.pid,
    list,
    remove: (path: string) =>
      ask(path, { method: 'DELETE', headers: { authorization: `Bearer ${TOKEN}` } }),
    tags: () => [...(registry.repository('apps', 'web')?.tags.keys() ?? [])].toSorted(),
  };
}
