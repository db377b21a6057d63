/** Answers of a bridge in another process, and the answers that nodes_dns finds. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createNodeAddresses } from '../../shared/node/nodes/node-addresses.ts';
import type { NodeReading } from '../../shared/ports/bridge.ts';
import { nodeBody } from '../../shared/ports/bridge-bodies.ts';
import { PROBLEMS } from '../../shared/values/problem.ts';
import { containerRow, imageRow } from '../support/host-rows.ts';
import { memoryLog } from '../support/log.ts';
import { BRIDGE_TOKEN, bridgeAnswering } from './examples.ts';
import { holdsAsync, unlessRejected } from './fuzz.ts';
import { anyText, headerText, mutated } from './texts.ts';

const READING: NodeReading = {
  facts: {
    name: 'node-1',
    instance: 'a-b',
    runtime: { name: 'containerd', version: '1.7.24' },
    image_filesystems: [{ mountpoint: '/var/lib/containerd', used_bytes: 10 }],
  },
  images: [imageRow({ repo_tags: ['a:1'], repo_digests: [`a@sha256:${'0'.repeat(64)}`] })],
  containers: [containerRow({ image: 'a:1' })],
};
const { images, containers } = READING;
const BODIES = [
  nodeBody(READING),
  JSON.stringify({ started_at_ms: 1, images }),
  JSON.stringify({ started_at_ms: 1, ambiguous: ['/run/a.sock'], containers }),
  JSON.stringify({ version: '1.0.0', wire_version: 2 }),
  JSON.stringify({ code: 'crictl_timeout', status: 504, detail: 'crictl did not finish' }),
];
it('a bad answer of a bridge is a problem, or a reading with every member that its type has', async () => {
  const answer = fc.record({
    body: mutated(BODIES),
    status: fc.constantFrom(200, 200, 200, 200, 201, 302, 400, 401, 404, 429, 500, 503, 504),
    type: fc.constantFrom('application/json', 'application/problem+json', 'text/html'),
    age: fc.oneof(headerText, fc.constantFrom('0', '10', '-1', '1e9', '')),
    etag: headerText,
  });
  await holdsAsync(answer, async ({ body, status, type, age, etag }) => {
    const headers = { 'content-type': type, age, etag, 'retry-after': etag };
    const client = bridgeAnswering(() => new Response(body, { status, headers }));
    const node = await unlessRejected(() => client.node());
    const images = await unlessRejected(() => client.images());
    const containers = await unlessRejected(() => client.containers());
    const ages = [node, images, containers].map((read) => read?.ageMs ?? 0);
    expect(ages.filter((ms) => !Number.isSafeInteger(ms) || ms < 0)).toEqual([]);
    const ids = [...(images?.rows ?? []), ...(node?.reading.containers ?? [])].map(({ id }) => id);
    expect(ids.filter((id) => typeof id !== 'string')).toEqual([]);
  });
});

it('a bridge’s own problem never repeats the token, nor a code that is not of a host', async () => {
  const problem = fc.record({
    code: fc.constantFrom(...Object.keys(PROBLEMS)),
    detail: anyText.map((text) => text + BRIDGE_TOKEN),
    status: fc.constantFrom(400, 401, 500, 502, 503, 504),
  });
  await holdsAsync(problem, async ({ status, ...members }) => {
    const headers = { 'content-type': 'application/problem+json' };
    const client = bridgeAnswering(
      () => new Response(JSON.stringify(members), { status, headers }),
    );
    const err: unknown = await client.images().catch((reason: unknown) => reason);
    expect(String(err)).not.toContain(BRIDGE_TOKEN);
    expect(err).toMatchObject({
      code: expect.stringMatching(/^(crictl|runtime|bridge|overloaded)/),
    });
  });
});

it('records of DNS are hosts and ports, or a problem', async () => {
  const host = fc.oneof(
    anyText,
    fc.constantFrom('10.0.0.1', 'fd00::1', 'fe80::1%eth0', 'a@b', 'a/../b', 'a?b', 'a#b', 'a:1@b'),
  );
  const record = fc.record({ host, port: fc.integer({ min: 0, max: 65_535 }) });
  await holdsAsync(fc.array(record, { minLength: 1, maxLength: 2 }), async (records) => {
    const find = createNodeAddresses({
      dns: { name: '_bridge._tcp.a', port: null },
      resolver: { services: async () => records, addresses: async () => [] },
      maxStaleMs: 0,
      logger: memoryLog().logger,
      now: () => 0,
    });
    const { addresses } = await find();
    const urls = addresses.map((address) => new URL(`https://${address}/v1/node`));
    const extra = urls.filter(
      ({ username, password, pathname, search, hash }) =>
        username + password + pathname + search + hash !== '/v1/node',
    );
    expect(extra.map(({ href }) => href)).toEqual([]);
  });
});
