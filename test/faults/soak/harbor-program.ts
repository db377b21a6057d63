/** The Harbor of the soak, as a process of its own: the demo's registry with more to list and to delete. */
import { digestOf } from '../../../demo/harbor/registry.ts';
import { createHarborStandIn } from '../../../demo/harbor/stand-in.ts';
import { DEMO_ACCOUNT, demoRegistry } from '../../../demo/registry.ts';
import type { HarborCall, HarborTruth, ThrowAway } from './harbor.ts';
import { harborState } from './harbor-faults.ts';
import { createRandom } from './random.ts';

/** Several pages of a list. */
const MANY = 250;
const members = { [DEMO_ACCOUNT.name]: 'maintainer' } as const;
const kept = (name: string) => ({ tags: ['kept'], digest: digestOf(`${name} kept`) });

const random = createRandom(Number(process.argv[2]), 'Harbor');
const repositories = (process.argv[3] ?? '').split(',');
const registry = demoRegistry();
registry.addProject({
  name: 'big',
  members,
  repositories: {
    many: Array.from({ length: MANY }, (_, index) => ({ tags: [`v${index}`] })),
  },
});
for (const path of repositories) {
  const [project = '', repository = ''] = path.split('/');
  const found = registry.project(project) ?? registry.addProject({ name: project, members });
  registry.push(found.name, repository, kept(path));
}

const standIn = createHarborStandIn({ registry });
let server: Awaited<ReturnType<typeof standIn.listen>> | null = await standIn.listen();
const { url } = server;
let pushed = 0;

async function haveFault(name: string | null): Promise<void> {
  const { faults, outage, readOnly, isDown } = harborState(name, random);
  Object.assign(standIn, { faults, outage });
  registry.readOnly = readOnly;
  if (isDown) {
    await server?.close();
    server = null;
  } else server ??= await standIn.listen(Number(new URL(url).port));
  standIn.calls.splice(0); // otherwise all calls of the soak remain in memory
}

function push(path: string, count: number): ThrowAway[] {
  const [project = '', repository = ''] = path.split('/');
  return Array.from({ length: count }, () => {
    pushed += 1;
    const artifact = { digest: digestOf(`${path} ${pushed}`), tag: `t${pushed}` };
    registry.push(project, repository, { digest: artifact.digest, tags: [artifact.tag] });
    return artifact;
  });
}

function truth(): HarborTruth {
  const deleted = standIn.deletions.flatMap(({ digest }) => digest ?? []);
  const existing = repositories.flatMap((path) => {
    const [project = '', repository = ''] = path.split('/');
    return [...(registry.repository(project, repository)?.artifacts.keys() ?? [])];
  });
  return { deleted, existing };
}

async function answer(call: HarborCall): Promise<unknown> {
  if (call.what === 'fault') return haveFault(call.name);
  return call.what === 'push' ? push(call.path, call.count) : truth();
}

process.on('message', async (call: HarborCall) => {
  process.send?.({ id: call.id, result: await answer(call) });
});
process.on('disconnect', () => process.exit());
process.send?.({ url });
