/** The built service that clients put under pressure: the single process over a registry and a crictl. */
import { onTestFinished } from 'vitest';
import { createHarborStandIn } from '../../demo/harbor/stand-in.ts';
import { DEMO_ACCOUNT, demoRegistry } from '../../demo/registry.ts';
import { type CrictlAnswers, fakeCrictl } from '../fake-crictl/index.ts';
import { freePort } from '../real/free-port.ts';
import { NODE } from '../support/bridge.ts';
import { startProcess } from '../support/processes.ts';
import { steadyClient } from './steady-client.ts';

/** What the client beside the others asks for: the host, Harbor, and a long document. */
const STEADY_PATHS = ['/local-images', '/harbor/repositories/platform', '/openapi.json'];

/** Starts it with the time limits that it ships with. */
export async function clientService(
  options: { readonly config?: Record<string, object>; readonly crictl?: CrictlAnswers } = {},
) {
  const crictl = fakeCrictl(options.crictl ?? NODE);
  const harbor = await createHarborStandIn({ registry: demoRegistry() }).listen();
  onTestFinished(async () => {
    await harbor.close();
    crictl.cleanup();
  });
  const port = await freePort();
  const service = startProcess('single', {
    config: {
      metrics_config: { refresh_ms: 0 },
      webhook_config: { invoke_secret: btoa('24 bytes for the secret!') },
      harbor_config: {
        harbor_host: harbor.url,
        harbor_username: DEMO_ACCOUNT.name,
        harbor_password: DEMO_ACCOUNT.password,
      },
      crictl_config: { crictl_path: crictl.path, crictl_sudo: false },
      ...options.config,
      app_config: { app_port: port, ...options.config?.['app_config'] },
    },
  });
  await service.listening;
  const url = `http://127.0.0.1:${port}`;
  return {
    pid: service.pid,
    log: service.log,
    port,
    url,
    /** A client that behaves, from now on. */
    steady: () => steadyClient(url, STEADY_PATHS),
  };
}
