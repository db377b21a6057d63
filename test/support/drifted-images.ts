/** Images of a shop on two nodes, of which Harbor has one, has lost one, and has one under another digest. */
import type { ProjectSeed } from '../../demo/harbor/seed.ts';
import { containerRow, imageRow } from './host-rows.ts';
import type { NodesByName } from './nodes.ts';

export const HARBOR = 'harbor.example.test';

export const digest = (digit: string) => `sha256:${digit.repeat(64)}`;

/** An image on a node; its id is that of its digest. */
export const image = (name: string, digit: string) =>
  imageRow({
    id: digit.repeat(64),
    repo_tags: [name],
    repo_digests: [`${name.replace(/:\w+$/, '')}@${digest(digit)}`],
  });

/** What Harbor has of them. */
export const SHOP = {
  name: 'shop',
  repositories: {
    web: [{ digest: digest('1'), tags: ['v1'] }],
    api: [{ digest: digest('6'), tags: ['v1'] }],
  },
} as const satisfies ProjectSeed;

export const SYNCED = image(`${HARBOR}/shop/web:v1`, '1');
export const GONE = image(`${HARBOR}/shop/web:v0`, '0');
export const MOVED = image(`${HARBOR}/shop/api:v1`, '5');
export const NGINX = image('docker.io/library/nginx:1', '9');

const pod = (of: typeof SYNCED, name: string, state = 'CONTAINER_RUNNING') =>
  containerRow({ name: 'app', image_ref: of.id, pod: name, namespace: 'shop', state });

export const NODES: NodesByName = {
  'node-1': { images: [SYNCED, GONE, NGINX], containers: [pod(GONE, 'web-a')] },
  'node-2': { images: [SYNCED, MOVED], containers: [pod(MOVED, 'api-b', 'CONTAINER_EXITED')] },
};
