/** The demo as start/demo.ts builds it, in process, on a free port. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';
import { createCrictlBridge } from '../../bridge/crictl-bridge.ts';
import { createBridgeApp } from '../../bridge/server.ts';
import type { HarborStandInOptions } from '../../demo/harbor/stand-in.ts';
import { createDemoJournal } from '../../demo/journal.ts';
import { createDemoNodes } from '../../demo/nodes.ts';
import { DEMO_ACCOUNT, demoRegistry } from '../../demo/registry.ts';
import { serving } from './client.ts';
import { configurationOf } from './configuration.ts';
import { eventually } from './eventually.ts';
import { memoryLog } from './log.ts';
import { createService } from './service.ts';

const DEMO = fileURLToPath(new URL('../../demo/', import.meta.url));

export interface DemoOptions {
  /** Instead of the demo's registry, or beside it. */
  readonly harbor?: Partial<HarborStandInOptions>;
  /** Beside those of demo/config.json. */
  readonly appConfig?: object;
  readonly uiConfig?: object;
  /** The clock of sessions and pages. */
  readonly now?: () => number;
}

/** Starts it, and waits until it is ready. It ends with the test. */
export async function startDemo(options: DemoOptions = {}) {
  const { harbor = {}, appConfig = {}, uiConfig = {}, now } = options;
  const nodes = await createDemoNodes();
  const journal = createDemoJournal();
  const file = JSON.parse(readFileSync(join(DEMO, 'config.json'), 'utf8'));
  const config = {
    ...file,
    ignore_file_path: join(DEMO, file.ignore_file_path),
    app_config: { ...file.app_config, ...appConfig },
    ui_config: uiConfig,
    harbor_config: {
      ...file.harbor_config,
      harbor_username: DEMO_ACCOUNT.name,
      harbor_password: DEMO_ACCOUNT.password,
      harbor_timeout_ms: 60_000,
    },
    crictl_config: { ...file.crictl_config, crictl_path: join(DEMO, 'crictl') },
    delete_config: { journal_file: journal.path },
    // A busy machine may take longer than usual to read a node.
    nodes_config: {
      nodes: JSON.parse(nodes.environment['NODES'] ?? ''),
      node_timeout_ms: 60_000,
    },
  };
  const { logger } = memoryLog();
  await nodes.serve(configurationOf(config), (own) => {
    const { bridge_config, crictl_config } = own;
    const bridge = createCrictlBridge({ crictl_config, logger, nodeName: bridge_config.node_name });
    return createBridgeApp({ bridge, configuration: own, logger });
  });
  onTestFinished(async () => {
    await nodes.close();
    journal.remove();
  });
  const service = createService({
    harbor: { registry: demoRegistry(), ...harbor },
    config,
    ...(now && { now }),
  });
  const { url, get, close } = await serving(nodes.withSwitch(service.app));
  await eventually(async () => expect(await (await get('/readyz')).text()).not.toBe('starting\n'));
  return {
    url,
    /** Ends the service before its test does. */
    close,
    standIn: service.standIn,
    /** Starts the node that is down at first. */
    startLastNode: () => get('/demo/node-3/start', { method: 'POST' }),
    /** Stops it again: there is an earlier reading of it then. */
    stopLastNode: () => get('/demo/node-3/stop', { method: 'POST' }),
  };
}
