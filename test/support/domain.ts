/**
 * The domain with ports in memory: a registry, hosts and a journal that share a clock without real waiting. Tests call
 * its functions with `services` and a request, without HTTP.
 */
import { type Clock, createVirtualClock } from '../../demo/harbor/clock.ts';
import { Registry as Contents } from '../../demo/harbor/registry.ts';
import type { ProjectSeed } from '../../demo/harbor/seed.ts';
import { trivialServices } from '../../shared/http/trivial-services.ts';
import { createMemo } from '../../shared/node/sharing/memo.ts';
import type { Journal } from '../../shared/ports/journal.ts';
import type { Registry } from '../../shared/ports/registry.ts';
import type { RequestContext } from '../../shared/ports/request.ts';
import type { DomainServices } from '../../shared/ports/services.ts';
import { configurationOf } from './configuration.ts';
import { memoryLog } from './log.ts';
import { type WorldHost, worldHost, worldNodes } from './memory-nodes.ts';
import { type MemoryRegistryOptions, memoryRegistry } from './memory-registry.ts';
import { BYSTANDER } from './pulled-images.ts';

export interface DomainGiven {
  readonly projects: readonly ProjectSeed[];
  /** The only host, if there are no `nodes`. By default it has an image that no registry has. */
  readonly host?: Partial<WorldHost>;
  /** Configured nodes, by name. */
  readonly nodes?: Readonly<Record<string, Partial<WorldHost>>>;
  /** What the registry in memory does otherwise. */
  readonly faults?: MemoryRegistryOptions['faults'];
  /** Another registry over the same contents. */
  readonly registry?: (contents: Contents, clock: Clock) => Registry;
  readonly clock?: Clock;
  /** Default: the log. */
  readonly journal?: Journal;
}

const A_HOST = { images: [BYSTANDER] };

export function domainWorld(given: DomainGiven) {
  const { projects, faults, clock = createVirtualClock() } = given;
  // The account is that of registries behind HTTP.
  const members = { [ACCOUNT.name]: 'maintainer' } as const;
  const contents = new Contents({
    accounts: [{ ...ACCOUNT, kind: 'user' }],
    projects: projects.map((project) => ({ members, ...project })),
  });
  const memory = memoryRegistry({ contents, now: clock.now, ...(faults && { faults }) });
  const host = worldHost({ ...A_HOST, ...given.host });
  const hosts = new Map(
    Object.entries(given.nodes ?? { localhost: host }).map(([name, one]) => [
      name,
      one === host ? host : worldHost({ ...A_HOST, ...one }),
    ]),
  );
  const { logger, lines } = memoryLog();
  const configuration = configurationOf({
    harbor_config: { harbor_host: 'http://harbor.example.test' },
    delete_config: { delete_guard: 'on' },
  });
  const services: DomainServices = {
    ...trivialServices(configuration, logger),
    registry: given.registry?.(contents, clock) ?? memory.registry,
    nodes: worldNodes(hosts, { clock, configured: given.nodes !== undefined }),
    memo: createMemo(),
    now: clock.now,
    monotonic: clock.now,
    ...(given.journal && { journal: given.journal }),
  };
  return { services, clock, contents, memory, host, hosts, lines };
}

export type DomainWorld = ReturnType<typeof domainWorld>;

/** Who changes the registry. */
export const ACCOUNT = { name: 'keeper', password: 'keeper-password' };

/** A request of somebody who may do everything. */
export function requestOf(more: Partial<RequestContext> = {}): RequestContext {
  return {
    id: 'r1',
    actor: 'ci',
    peer: null,
    signal: new AbortController().signal,
    isFresh: false,
    trace: { begin: () => ({ headers: {}, end: () => undefined }) },
    log: { fields: {}, level: 'INFO', upstream: (wait) => wait },
    ...more,
  };
}
