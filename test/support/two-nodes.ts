/** A router over a node that works and one that has a fault. */
import { digestOf, Registry } from '../../demo/harbor/registry.ts';
import { createHarborStandIn } from '../../demo/harbor/stand-in.ts';
import { bodyOf } from './body.ts';
import { type Fault, type Rows, startFaultyBridge } from './faulty-bridges.ts';
import { containerRow, imageRow } from './host-rows.ts';
import { createRouter } from './router.ts';

const WRITE_TOKEN = 'write-token-of-test';
const NAME = 'registry.example.test/shop/web';
export const [HELD, LOST, FREE] = ['web v1', 'web v2', 'web v3'].map(digestOf) as [
  string,
  string,
  string,
];
/** The faults that only the deadline of a node ends; the others end earlier, on a busy machine too. */
const ENDLESS: readonly Fault[] = ['never answers', 'stops in the middle of an answer'];
const SOON_MS = 20_000;

/** A node on which a container runs the artifact. */
function running(tag: string, digest: string): Rows {
  const id = digestOf(`config of ${tag}`).slice('sha256:'.length);
  return {
    images: [imageRow({ id, repo_tags: [`${NAME}:${tag}`], repo_digests: [`${NAME}@${digest}`] })],
    containers: [
      containerRow({ name: 'app', image_ref: id, pod: `web-${tag}`, namespace: 'shop' }),
    ],
  };
}

/** A router over a node that works and runs v1, and one that runs v2 and has a fault. */
export async function over(fault: Fault) {
  const registry = new Registry({
    accounts: [{ name: 'admin', password: 'secret', kind: 'admin' }],
    projects: [
      {
        name: 'shop',
        repositories: {
          web: [
            { digest: HELD, tags: ['v1'] },
            { digest: LOST, tags: ['v2'] },
            { digest: FREE, tags: ['v3'] },
          ],
        },
      },
    ],
  });
  const harbor = await createHarborStandIn({ registry }).listen();
  const good = await startFaultyBridge('works', running('v1', HELD));
  const bad = await startFaultyBridge(fault, running('v2', LOST));
  const { get } = createRouter({
    app_config: { write_token: WRITE_TOKEN },
    harbor_config: {
      harbor_host: harbor.url,
      harbor_username: 'admin',
      harbor_password: 'secret',
      registry_aliases: ['registry.example.test'],
    },
    bridge_config: { bridge_token: 'bridge-token-of-test' },
    nodes_config: {
      nodes: { good: good.configured, bad: bad.configured },
      node_timeout_ms: ENDLESS.includes(fault) ? 2500 : 2 * SOON_MS,
    },
  });
  const send = async (method: string, path: string, body?: object, ifMatch = '*') => {
    const began = performance.now();
    const response = await get(path, {
      method,
      headers: {
        Authorization: `Bearer ${WRITE_TOKEN}`,
        'If-Match': ifMatch,
        ...(body && { 'Content-Type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const answer = await bodyOf(response);
    return { status: response.status, answer, inTime: performance.now() - began < SOON_MS };
  };
  return { send, registry };
}
