/** The images of sandboxes that are not called pause, on a real containerd whose configuration changes. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createCrictlBridge } from '../../bridge/crictl-bridge.ts';
import { writeProgram } from '../bridge/programs.ts';
import { configurationOf } from '../support/configuration.ts';
import { memoryLog } from '../support/log.ts';
import { Containerd } from './containerd/containerd.ts';
import { copyCrictl } from './crictl.ts';

const OLD = 'registry.test:9443/infra/base:1';
const NEW = 'registry.test:9443/infra/base:2';
const WEB = 'registry.test:9443/apps/web:v1';
const folder = mkdtempSync(join(tmpdir(), 'image-api-sandbox-'));

let containerd: Containerd;
let crictl: string;

beforeAll(async () => {
  containerd = await Containerd.start();
  crictl = await copyCrictl(folder);
  for (const name of [OLD, NEW, WEB]) await containerd.importImage({ names: [name], title: name });
  await configured(OLD);
  await containerd.run({ name: 'app', pod: 'web-1', image: WEB });
});
afterAll(async () => {
  await containerd?.close();
  rmSync(folder, { recursive: true });
});

async function configured(sandboxImage: string): Promise<void> {
  await containerd.halt();
  await containerd.configure({ sandboxImage });
  await containerd.launch();
}

/** What a bridge that has just started says, if these commands of crictl fail. */
async function said(...failing: readonly string[]) {
  const cases = failing.map((command) => `*" ${command} "*) exit 1;;`).join(' ');
  const script = `case " $* " in ${cases} *) exec ${crictl} "$@";; esac`;
  const { crictl_config } = configurationOf({
    crictl_config: {
      crictl_path: writeProgram(folder, 'some-crictl', script),
      crictl_runtime_endpoint: containerd.endpoint,
    },
  });
  const { logger } = memoryLog();
  const bridge = createCrictlBridge({ crictl_config, logger, maxFactsWaitMs: 30_000 });
  const { reading } = await bridge.node({ fresh: true });
  const sandboxes = reading.images.filter(({ sandbox }) => sandbox);
  const names = sandboxes.flatMap(({ repo_tags }) => repo_tags).toSorted();
  return { names, isUnknown: reading.sandboxUnknown === true };
}

it('are told by the pods, whether the configuration can be read or not', async () => {
  expect(await said()).toEqual({ names: [OLD], isUnknown: false });
  expect(await said('info')).toEqual({ names: [OLD], isUnknown: false });
});

it('are unknown if the pods do not tell, which may be older than the configuration', async () => {
  expect(await said('inspectp')).toMatchObject({ isUnknown: true });
  expect(await said('info', 'inspectp')).toMatchObject({ isUnknown: true });
});

it('are those of earlier pods too when the configuration has changed', async () => {
  await configured(NEW);
  const ofOneKind = await said('info');
  await containerd.run({ name: 'app', pod: 'web-2', image: WEB });

  expect(ofOneKind).toEqual({ names: [OLD], isUnknown: false });
  expect(await said()).toEqual({ names: [OLD, NEW], isUnknown: false });
  expect(await said('info')).toEqual({ names: [OLD, NEW], isUnknown: false });
  expect(await said('inspectp')).toMatchObject({ isUnknown: true });
});
