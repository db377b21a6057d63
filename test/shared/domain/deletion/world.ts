/** A registry and a host in memory, which share a clock without real waiting, and the service over both. */
import { type Clock, createVirtualClock } from '../../../../demo/harbor/clock.ts';
import type { Faults } from '../../../../demo/harbor/faults.ts';
import { configDigestOf } from '../../../../demo/harbor/manifests.ts';
import { Registry } from '../../../../demo/harbor/registry.ts';
import type { ProjectSeed } from '../../../../demo/harbor/seed.ts';
import { createHarborStandIn } from '../../../../demo/harbor/stand-in.ts';
import { deleteHarborArtifact } from '../../../../functions/delete-harbor-artifact.ts';
import { harborCleanup } from '../../../../functions/harbor-cleanup.ts';
import { createHarbor } from '../../../../shared/adapters/harbor/client.ts';
import type { SharedWork } from '../../../../shared/adapters/harbor/http/shared-work.ts';
import { createApp } from '../../../../shared/http/app.ts';
import { createFunction } from '../../../../shared/http/function.ts';
import { trivialServices } from '../../../../shared/http/trivial-services.ts';
import type { HostContainer, HostImage } from '../../../../shared/ports/bridge.ts';
import type { Journal } from '../../../../shared/ports/journal.ts';
import type { Limit } from '../../../../shared/values/limit.ts';
import { bodyOf } from '../../../support/body.ts';
import { configurationOf } from '../../../support/configuration.ts';
import { containerRow, imageRow } from '../../../support/host-rows.ts';
import { memoryLog } from '../../../support/log.ts';
import { sharedWork } from '../../adapters/harbor/scripted-harbor.ts';
import { plainRegistry, timedBy } from '../../adapters/harbor/virtual-harbor.ts';
import { type WorldHost, worldHost, worldNodes } from './world-nodes.ts';

const ACCOUNT = { name: 'keeper', password: 'keeper-password' };
const TOKEN = 'write-token';

export interface WorldOptions {
  readonly projects: readonly ProjectSeed[];
  readonly faults?: Faults;
  /** The only host, if there are no `nodes`. */
  readonly host?: Partial<WorldHost>;
  /** Configured nodes, by name. */
  readonly nodes?: Readonly<Record<string, Partial<WorldHost>>>;
  readonly limit?: Limit;
  /** What the requests of a process share. */
  readonly shared?: SharedWork;
  readonly clock?: Clock;
  /** Default: the log. */
  readonly journal?: Journal;
}

/** An image of the host that was pulled as `team/web` with this digest; `manifest`: of its platform. */
export function hostImage(
  digest: string,
  manifest = digest,
  more: Partial<HostImage> = {},
): HostImage {
  return imageRow({
    id: configDigestOf(manifest).slice('sha256:'.length),
    repo_digests: [`registry.example.test/team/web@${digest}`],
    ...more,
  });
}

/** A running container of that image. */
export function containerOf(image: HostImage): HostContainer {
  const id = `c${image.id.slice(1)}`;
  return containerRow({ id, image_ref: image.id });
}

/** An image that no case deletes, because a host without images is in doubt. */
export const BYSTANDER = hostImage(`sha256:${'b'.repeat(64)}`);

const A_HOST = { images: [BYSTANDER] };

export function createWorld(options: WorldOptions) {
  const clock = options.clock ?? createVirtualClock();
  const projects = options.projects.map((project) => ({
    members: { [ACCOUNT.name]: 'maintainer' } as const,
    ...project,
  }));
  const registry = new Registry({ accounts: [{ ...ACCOUNT, kind: 'user' }], projects });
  const standIn = createHarborStandIn({
    registry,
    clock,
    ...(options.faults && { faults: options.faults }),
  });
  const host = worldHost({ ...A_HOST, ...options.host });
  const hosts = new Map(
    Object.entries(options.nodes ?? {}).map(([name, given]) => [
      name,
      worldHost({ ...A_HOST, ...given }),
    ]),
  );
  const nodes =
    hosts.size === 0
      ? worldNodes(new Map([['localhost', host]]), { clock, configured: false })
      : worldNodes(hosts, { clock, configured: true });
  const { logger, lines } = memoryLog();
  const harbor = createHarbor({
    host: 'http://harbor.example.test',
    username: ACCOUNT.name,
    password: ACCOUNT.password,
    fetch: standIn.fetch,
    timeoutMs: 30_000,
    concurrency: 6,
    maxRows: 1000,
    ...timedBy(clock),
    logger: memoryLog().logger,
    ...(options.shared && { shared: options.shared }),
    ...(options.limit && { shared: { ...sharedWork(), deletions: options.limit } }),
  });
  const configuration = configurationOf({
    app_config: { write_token: { ci: TOKEN } },
    delete_config: { delete_guard: 'on' },
  });
  const services = {
    ...trivialServices(configuration, logger),
    nodes,
    registry: plainRegistry(harbor),
    now: clock.now,
    monotonic: clock.now,
    ...(options.journal && { journal: options.journal }),
  };
  const functions = createFunction().route('/', deleteHarborArtifact).route('/', harborCleanup);
  const app = createApp(functions, () => services);
  const send = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = { authorization: `Bearer ${TOKEN}`, ...(init.headers as object) };
    return app.request(`/harbor/artifacts/${path}`, { ...init, method: 'DELETE', headers });
  };
  const remove = async (path: string, init: RequestInit = {}) => {
    const res = await send(path, init);
    return { status: res.status, body: await bodyOf(res) };
  };
  const cleanUp = async (body: object, { headers, ...init }: RequestInit = {}): Promise<Response> =>
    app.request('/harbor/cleanup', {
      ...init,
      method: 'POST',
      body: JSON.stringify(body),
      headers: {
        authorization: `Bearer ${TOKEN}`,
        'content-type': 'application/json',
        ...(headers as object),
      },
    });
  return { clock, registry, standIn, host, hosts, lines, send, remove, cleanUp };
}
