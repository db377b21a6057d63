/** A cluster of any size for the benchmarks: its registry, and the images and containers of its nodes. */
import { GENERATED_ACCOUNT } from '../demo/harbor/generate.ts';
import { Registry } from '../demo/harbor/registry.ts';
import type { ArtifactSeed, ProjectSeed } from '../demo/harbor/seed.ts';

export interface FleetSize {
  readonly nodes: number;
  /** The images of each node. */
  readonly images: number;
  readonly repositories: number;
  /** The artifacts of each repository. */
  readonly artifacts: number;
}

/** How long a bridge takes to answer. */
export const BRIDGE_MS = 5;
export const BRIDGE_TOKEN = 'bench-bridge-token';

const REPOSITORIES_OF_A_PROJECT = 20;
/** Images of the system, which all nodes have, of five. */
const COMMON_SHARE = 5;
/** So many different images, the newest of each repository first, are spread over the nodes. */
const SPREAD = 1_840;
const CONTAINERS = 30;

/** The registry. Its artifacts have one tag each. */
export function fleetRegistry({ repositories, artifacts }: FleetSize): Registry {
  const projects = new Map<string, Record<string, readonly ArtifactSeed[]>>();
  for (let index = 0; index < repositories; index++) {
    const { project, repository } = nameOf(index);
    const own = projects.get(project) ?? {};
    projects.set(project, own);
    own[repository] = Array.from({ length: artifacts }, (_, version) => ({
      digest: digestOf(index, version),
      tags: [`v${version}`],
      sizeBytes: 20_000_000 + version * 1_009,
    }));
  }
  const seeds = [...projects].map(([name, own]): ProjectSeed => ({ name, repositories: own }));
  return new Registry({ accounts: [GENERATED_ACCOUNT], projects: seeds });
}

/** How many different images all nodes hold together, for the titles. */
export function differentImages({ images, repositories, artifacts }: FleetSize): number {
  return images / COMMON_SHARE + spreadOf({ images, repositories, artifacts });
}

/** The answer of a node's bridge to `GET /v1/node`. */
export function nodeBody(size: FleetSize, node: number, registry: string): string {
  const images = Array.from({ length: size.images }, (_, index) =>
    imageOf(size, { node, index, registry }),
  );
  const name = nodeName(node);
  return JSON.stringify({
    name,
    instance: `instance-of-${name}`,
    runtime: { name: 'containerd', version: 'v2.1.4' },
    image_filesystems: [{ mountpoint: '/var/lib/containerd', used_bytes: 40_000_000_000 }],
    started_at_ms: 0,
    images,
    containers: images.slice(0, CONTAINERS).map((image, index) => containerOf(image, node, index)),
  });
}

export function nodeName(node: number): string {
  return `node-${String(node).padStart(4, '0')}`;
}

/** Common images first, then a window of the others, which moves from node to node. */
function imageOf(
  size: FleetSize,
  {
    node,
    index,
    registry,
  }: { readonly node: number; readonly index: number; readonly registry: string },
) {
  const common = size.images / COMMON_SHARE;
  const position =
    index < common ? index : common + ((node * 37 + index - common) % spreadOf(size));
  const repositoryIndex = position % size.repositories;
  const version = size.artifacts - 1 - Math.floor(position / size.repositories);
  const { project, repository } = nameOf(repositoryIndex);
  const name = `${registry}/${project}/${repository}`;
  // Some nodes have an older image under the tag, and some have one that the registry has lost.
  const moved = index === common + 1 && node % 50 === 7 ? 1 : 0;
  const gone = index === common + 2 && node % 100 === 3 ? 1_000_000 : 0;
  const digest = digestOf(repositoryIndex, version - moved + gone);
  return {
    id: digestOf(repositoryIndex, version - moved + gone + 5_000_000).slice('sha256:'.length),
    repo_tags: [`${name}:v${version}`],
    repo_digests: [`${name}@${digest}`],
    size_bytes: 20_000_000 + version * 1_009,
    pinned: false,
    sandbox: false,
  };
}

function containerOf(image: ReturnType<typeof imageOf>, node: number, index: number) {
  return {
    id: (node * 1_000 + index).toString(16).padStart(64, 'c'),
    name: `app-${index}`,
    state: 'CONTAINER_RUNNING',
    image_ref: `sha256:${image.id}`,
    image: image.repo_tags[0],
    pod: `app-${index}-${node.toString(36).padStart(5, 'x')}`,
    namespace: `team-${index % 10}`,
    pod_uid: `00000000-0000-4000-8000-${(node * 1_000 + index).toString(16).padStart(12, '0')}`,
    attempt: 0,
    created_at: '2026-11-01T08:00:00Z',
    finished_at: null,
  };
}

function spreadOf({ images, repositories, artifacts }: Omit<FleetSize, 'nodes'>): number {
  const others = repositories * artifacts - images / COMMON_SHARE;
  return Math.min(others, Math.max(SPREAD, repositories));
}

function nameOf(repository: number) {
  const project = Math.floor(repository / REPOSITORIES_OF_A_PROJECT);
  return { project: `project-${pad(project)}`, repository: `repository-${pad(repository)}` };
}

function digestOf(repository: number, version: number): string {
  return `sha256:${(repository * 10_000_000 + version).toString(16).padStart(64, '0')}`;
}

const pad = (index: number) => String(index).padStart(4, '0');
