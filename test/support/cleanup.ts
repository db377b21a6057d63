/** A service over a registry with one repository that is to be cleaned, and nodes that a test changes. */
import type { Clock } from '../../demo/harbor/clock.ts';
import type { Faults } from '../../demo/harbor/faults.ts';
import { Registry } from '../../demo/harbor/registry.ts';
import type { ArtifactSeed, ProjectSeed } from '../../demo/harbor/seed.ts';
import type { CleanupRuns } from '../../shared/domain/cleanup/runs/cleanup-run.ts';
import type { HostContainer, HostImage } from '../../shared/ports/bridge.ts';
import { containerRow, imageRow } from './host-rows.ts';
import { type NodesByName, nodesOf } from './nodes.ts';
import { createService } from './service.ts';

const ACCOUNT = { name: 'keeper', password: 'keeper-password' };
export const WRITE = 'write-token-of-ci';
export const READ = 'read-token-of-test';
const DAY_MS = 24 * 3_600_000;

export const digestOf = (digit: number): string => `sha256:${digit.toString(16).repeat(64)}`;

/** Artifacts with the digests 1, 2, …, each pushed a day after the one before, the last one today. */
export function artifactsWith(...tags: readonly (readonly string[])[]): ArtifactSeed[] {
  const today = Date.now();
  return tags.map((names, index) => ({
    digest: digestOf(index + 1),
    tags: names,
    sizeBytes: 1000 * (index + 1),
    pushedAt: today - (tags.length - 1 - index) * DAY_MS,
  }));
}

/** An image that a node pulled as `shop/web`. */
export function pulled(digit: number): HostImage {
  const repo_digests = [`harbor.example.test/shop/web@${digestOf(digit)}`];
  return imageRow({ id: `${digit.toString(16).repeat(63)}f`, repo_digests });
}

/** A running container of that image. */
export function running(image: HostImage): HostContainer {
  return containerRow({ image_ref: image.id, namespace: 'shop', pod: 'web-7d9f', name: 'app' });
}

/** An image that no repository has, because a runtime without images is in doubt. */
export const BYSTANDER = imageRow({ id: 'e'.repeat(64), repo_tags: ['other.test/pause:1'] });

export interface CleanupOptions {
  readonly faults?: Faults;
  readonly runs?: CleanupRuns;
  /** How Harbor passes its time. */
  readonly clock?: Clock;
  readonly artifacts: readonly ArtifactSeed[];
  readonly project?: Partial<ProjectSeed>;
  /** By default one node that holds nothing of the repository. */
  readonly nodes?: NodesByName;
  readonly config?: Readonly<Record<string, unknown>>;
}

export function createCleanupService(options: CleanupOptions) {
  const registry = new Registry({
    accounts: [{ ...ACCOUNT, kind: 'user' }],
    projects: [
      {
        name: 'shop',
        members: { keeper: 'maintainer' },
        repositories: { web: options.artifacts },
        ...options.project,
      },
    ],
  });
  const nodes = options.nodes ?? { 'node-1': { images: [BYSTANDER] } };
  const service = createService({
    harbor: {
      registry,
      ...(options.faults && { faults: options.faults }),
      ...(options.clock && { clock: options.clock }),
    },
    nodes: nodesOf(nodes),
    ...(options.runs && { cleanupRuns: options.runs }),
    config: {
      harbor_config: { harbor_username: ACCOUNT.name, harbor_password: ACCOUNT.password },
      app_config: { write_token: { ci: WRITE }, read_token: READ },
      ...options.config,
    },
  });
  const send = (body: unknown, headers: Readonly<Record<string, string>> = {}, query = '') =>
    service.get(`/harbor/cleanup${query}`, requestOf(body, headers));
  const left = () => [...(registry.repository('shop', 'web')?.artifacts.keys() ?? [])].toSorted();
  return { ...service, registry, nodes, send, left };
}

/** A request of someone who may delete, unless the headers say otherwise. */
export function requestOf(
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): RequestInit {
  return {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${WRITE}`,
      ...headers,
    },
  };
}

/** The ETag of a plan. */
export function tagOf(plan: Response): string {
  return plan.headers.get('etag') ?? '';
}

/** One event of a stream. */
export interface StreamEvent {
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** The events of a whole stream. */
export function eventsIn(text: string): StreamEvent[] {
  return [...text.matchAll(/event: (\w+)\ndata: (.*)\n\n/g)].map(([, event = '', data = '']) => ({
    event,
    data: JSON.parse(data) as StreamEvent['data'],
  }));
}
