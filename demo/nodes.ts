/** The nodes of `npm run demo` beside the local one: bridges on loopback, one of which is down at first. */
import { createServer } from 'node:net';
import { Connection } from '../shared/http/base/connection.ts';
import { type HttpServer, listen, type Served } from '../shared/node/http/http-server.ts';
import type { Configuration } from '../shared/values/configuration/configuration.ts';

const TOKEN = 'demo-bridge-token';
/** Its port refuses connections until someone starts it. */
const DOWN_AT_FIRST = 'node-3';
const NODES = ['node-2', DOWN_AT_FIRST] as const;

const SWITCH = new RegExp(`^/demo/${DOWN_AT_FIRST}/(start|stop)$`);

export interface DemoNodes {
  /** The variables that make the service read them. */
  readonly environment: Readonly<Record<string, string>>;
  /**
   * Starts the bridges. @param bridgeOf makes the app of a bridge with its configuration, whose socket tells
   * demo/crictl which host it is
   */
  serve(configuration: Configuration, bridgeOf: (own: Configuration) => Served): Promise<void>;
  /** The app, with `POST /demo/node-3/start` and `stop`. */
  withSwitch(app: Served): Served;
  close(): Promise<void>;
}

/** Chooses free ports for the bridges, which `serve` starts. */
export async function createDemoNodes(): Promise<DemoNodes> {
  const ports = new Map<string, number>();
  for (const name of NODES) ports.set(name, await freePort());
  const servers = new Map<string, HttpServer>();
  let start = async (_name: string): Promise<void> => undefined;

  async function stop(name: string): Promise<void> {
    await servers.get(name)?.close();
    servers.delete(name);
  }

  return {
    environment: {
      NODES: JSON.stringify(
        Object.fromEntries(
          [...ports].map(([name, port]) => [
            name,
            { bridge_url: `http://127.0.0.1:${port}`, bridge_token: TOKEN },
          ]),
        ),
      ),
    },
    serve: async (configuration, bridgeOf) => {
      start = async (name) => {
        if (servers.has(name)) return;
        const app = bridgeOf(configurationOfNode(configuration, name));
        const target = { host: '127.0.0.1', port: ports.get(name) ?? 0 };
        servers.set(name, await listen(app, target, { idleGraceMs: 0 }));
      };
      for (const name of NODES) if (name !== DOWN_AT_FIRST) await start(name);
    },
    withSwitch: (app) => ({
      fetch: async (request, connection) => {
        const [, action] = SWITCH.exec(new URL(request.url).pathname) ?? [];
        if (action === undefined || request.method !== 'POST')
          return app.fetch(request, connection);
        await (action === 'start' ? start(DOWN_AT_FIRST) : stop(DOWN_AT_FIRST));
        // The service keeps what it knows of a node for some seconds, unless it is asked anew.
        const headers = { 'Cache-Control': 'no-cache', Host: 'localhost' };
        const nodes = new Request(new URL('/nodes', request.url), { headers });
        await app.fetch(nodes, new Connection('/nodes'));
        return new Response(`${DOWN_AT_FIRST} is ${action === 'start' ? 'up' : 'down'}\n`);
      },
    }),
    close: async () => {
      for (const name of NODES) await stop(name);
    },
  };
}

function configurationOfNode(configuration: Configuration, name: string): Configuration {
  const { bridge_config, crictl_config } = configuration;
  return {
    ...configuration,
    bridge_config: { ...bridge_config, bridge_token: TOKEN, node_name: name },
    crictl_config: { ...crictl_config, crictl_runtime_endpoint: `unix:///run/demo/${name}.sock` },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}
