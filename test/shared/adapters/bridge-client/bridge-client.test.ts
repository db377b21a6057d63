import { existsSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  type BridgeClientOptions,
  createBridgeClient,
} from '../../../../shared/adapters/bridge-client/bridge-client.ts';
import { getByFetch } from '../../../../shared/adapters/bridge-client/bridge-get.ts';
import type { EdgeContext } from '../../../../shared/edge/edge.ts';
import { edgeBridge } from '../../../../shared/edge/edge-bridge.ts';
import { connectBridge } from '../../../../shared/node/upstreams/bridge-transport.ts';
import type { Bridge } from '../../../../shared/ports/bridge.ts';
import { noBridge } from '../../../../shared/ports/no-bridge.ts';
import { crictlRun } from '../../../fixtures/recordings.ts';
import { freePort } from '../../../real/free-port.ts';
import { startBridge } from '../../../support/bridge.ts';
import { configurationOf } from '../../../support/configuration.ts';
import { eventually } from '../../../support/eventually.ts';
import { testFolder } from '../../../support/folder.ts';
import { containerRow, imageRow } from '../../../support/host-rows.ts';
import { memoryLog } from '../../../support/log.ts';
import { type StrangerAnswer, startStranger } from '../../../support/stranger.ts';
import { startTlsBridge } from '../../../support/tls-bridge.ts';

const TOKEN = 'token-of-the-bridge';
const VERSION = 'v1.34.0-containerd-1.7.24';

/** The client of a Node process; closed when the test ends. */
function connect(bridge_config: object, crictl_config: object = {}): Bridge {
  const { bridge, close } = connectBridge(configurationOf({ bridge_config, crictl_config }), {});
  onTestFinished(close);
  if (bridge === null) throw new Error('no bridge_url');
  return bridge;
}

/** Something that answers in the bridge's place, one request after the other; the last answer stays. */
async function stranger(...answers: StrangerAnswer[]) {
  const [last, ...earlier] = answers.toReversed();
  return startStranger((...asked) => (earlier.pop() ?? last)?.(...asked));
}

/** A client with the fetch of Node. */
const clientAt = (url: string, options: Partial<BridgeClientOptions>) =>
  createBridgeClient({
    url,
    name: url,
    token: null,
    get: getByFetch(fetch),
    timeoutMs: 10_000,
    ...options,
  });
const ANY_NODE = {
  name: 'node-3',
  instance: 'i',
  runtime: null,
  image_filesystems: null,
  containers: [],
};

const cut: StrangerAnswer = (_, outgoing) => outgoing.destroy();
const cutInBody: StrangerAnswer = (_, outgoing) => {
  outgoing.writeHead(200, { 'Content-Type': 'application/json' }).write('{"started_at_ms":1,"im');
  setTimeout(() => outgoing.destroy(), 20);
};
const answering =
  (status: number, body: string, type = 'application/json', headers = {}): StrangerAnswer =>
  (_, outgoing) => {
    outgoing.writeHead(status, { 'Content-Type': type, ...headers }).end(body);
  };
const EMPTY = answering(200, '{"started_at_ms":1,"images":[]}');

describe('a reading over a unix socket', () => {
  it("carries the request's id into the bridge's log", async () => {
    const { socket, log } = await startBridge();
    await connect({ bridge_url: `unix:${socket}` }).images({ requestId: 'asked-by-me' });

    expect(log).toContainEqual(
      expect.objectContaining({ msg: 'GET /v1/images', request_id: 'asked-by-me', peer: 'unix' }),
    );
  });

  it('ends the run at the bridge when its caller leaves', async () => {
    const { socket, crictl } = await startBridge({ crictl: { images: { hang: true } } });
    const leave = new AbortController();
    const reason = new Error('the client left');
    const reading = connect({ bridge_url: `unix:${socket}` }).images({
      signal: () => leave.signal,
    });
    await eventually(() => expect(crictl.pids()).toHaveLength(1));
    leave.abort(reason);

    await expect(reading).rejects.toBe(reason);
    await eventually(() => expect(existsSync(`/proc/${crictl.pids()[0]}`)).toBe(false));
  });
});

describe('a reading of the whole node', () => {
  it('is the same object as long as nothing changes, in one request without a body', async () => {
    const { socket, crictl, log } = await startBridge();
    const bridge = connect({ bridge_url: `unix:${socket}` });
    const first = await bridge.node();
    const later = await bridge.node({ fresh: true });
    crictl.answer('ps', { stdout: '{"containers": []}' });
    const other = await bridge.node({ fresh: true });

    expect(later.reading).toBe(first.reading);
    expect(other.reading.containers).toEqual([]);
    expect(other.reading.images).toBe(first.reading.images);
    const requests = log.filter(({ msg }) => msg === 'GET /v1/node');
    expect(requests.map(({ status }) => status)).toEqual([200, 304, 200]);
  });

  it('is not kept by a client that keeps no rows', async () => {
    const body = { ...ANY_NODE, images: [] };
    const { url, requests } = await stranger(
      answering(200, JSON.stringify(body), 'application/json', { ETag: '"1"' }),
    );
    const client = clientAt(url, { keepsRows: false });
    const [first, second] = [await client.node(), await client.node()];

    expect(second.reading).toEqual(first.reading);
    expect(second.reading).not.toBe(first.reading);
    expect(requests[1]?.headers['if-none-match']).toBeUndefined();
  });

  it('has the images that readImage gives', async () => {
    const row = imageRow({ id: 'shared' });
    const body = { ...ANY_NODE, images: [imageRow({ id: 'a' }), imageRow({ id: 'b' })] };
    const { url } = await stranger(answering(200, JSON.stringify(body)));
    const { reading } = await clientAt(url, { readImage: () => row }).node();

    expect(reading.images).toEqual([row, row]);
    expect(reading.images[0]).toBe(row);
  });

  it.each([
    ['HTML', answering(200, '<html>', 'text/html')],
    ['a node without a name', answering(200, '{"instance":"i","images":[],"containers":[]}')],
    ['a redirect', answering(302, '', 'text/plain', { Location: '/v1/images' })],
    ['404 for everything', answering(404, '<html>', 'text/html')],
    ['304 without having been asked', answering(304, '')],
    [
      'as old as no number is',
      answering(200, JSON.stringify({ ...ANY_NODE, images: [] }), undefined, { Age: '1e999' }),
    ],
  ])('that is %s is bridge_bad_response', async (_, answer) => {
    const { url } = await stranger(answer);

    await expect(connect({ bridge_url: url }).node()).rejects.toMatchObject({
      code: 'bridge_bad_response',
      message: expect.stringContaining(new URL(url).origin),
    });
  });

  it('names the keys of its node in its problems', async () => {
    const { url } = await stranger(answering(401, ''));
    const of = (key: string) => `nodes_config.nodes.node-3.${key}`;
    const keys = { url: of('bridge_url'), token: of('bridge_token'), caFile: of('bridge_ca_file') };

    await expect(clientAt(url, { keys }).node()).rejects.toMatchObject({
      code: 'bridge_unauthorized',
      message: expect.stringContaining('nodes_config.nodes.node-3.bridge_token'),
    });
  });
});

describe('a size that a bridge says', () => {
  it.each(['-1', '0.5', '1e308', '9007199254740992', '1e400', '"7"'])(
    'is not taken if it is %s',
    async (size) => {
      const image = `{"id":"a","repo_tags":[],"repo_digests":[],"size_bytes":${size},"pinned":false}`;
      const body = JSON.stringify({ ...ANY_NODE, images: ['IMAGE'] }).replace('"IMAGE"', image);
      const { url } = await stranger(answering(200, body));

      await expect(connect({ bridge_url: url }).node()).rejects.toMatchObject({
        code: 'bridge_bad_response',
      });
    },
  );
});

describe('the age of a list of containers', () => {
  const answered = (headers: Record<string, string>, delayMs = 0): StrangerAnswer => {
    return (_, outgoing) => {
      outgoing.writeHead(200, headers);
      setTimeout(() => outgoing.end(JSON.stringify({ ...ANY_NODE, images: [] })), delayMs);
    };
  };

  it('counts from the request, so that the way of the answer makes it older', async () => {
    const { url } = await stranger(answered({ 'X-Containers-After-Ms': '40' }, 300));
    const { containersAgeMs } = await clientAt(url, {}).node({ fresh: true });

    expect(containersAgeMs).toBeGreaterThanOrEqual(250);
  });

  it('includes the time before the request, if the list was shared', async () => {
    const { url } = await stranger(answered({ 'X-Containers-After-Ms': '-4000' }));
    const { containersAgeMs } = await clientAt(url, { now: () => 0 }).node();

    expect(containersAgeMs).toBe(4000);
  });

  it.each(['', '1e3', 'soon', '0.5'])('is bridge_bad_response if it is %j', async (after) => {
    const { url } = await stranger(answered({ 'X-Containers-After-Ms': after }));

    await expect(clientAt(url, {}).node()).rejects.toMatchObject({ code: 'bridge_bad_response' });
  });
});

describe('a bridge of the previous version', () => {
  const IMAGE = { id: 'a', repo_tags: [], repo_digests: [], size_bytes: 1, pinned: false };
  const CONTAINER = { id: 'c', name: 'web', state: 'CONTAINER_RUNNING', image_ref: 'a', image: '' };
  const previous = ({ target }: { readonly target: string }, outgoing: ServerResponse) => {
    const rows = target === '/v1/images' ? { images: [IMAGE] } : { containers: [CONTAINER] };
    const [status, body] =
      target === '/v1/node' ? [404, { code: 'not_found' }] : [200, { started_at_ms: 1, ...rows }];
    outgoing.writeHead(status, { 'Content-Type': 'application/json', Age: '3' });
    outgoing.end(JSON.stringify(body));
  };

  it('is read by its images and containers; what it cannot say is null', async () => {
    const { url } = await stranger(previous);

    expect(await clientAt(url, { now: () => 0 }).node()).toEqual({
      reading: {
        facts: null,
        images: [{ ...IMAGE, sandbox: null }],
        containers: [containerRow({ ...CONTAINER })],
      },
      ageMs: 3000,
    });
  });

  it('has the same reading as long as nothing changes', async () => {
    const { url } = await stranger(previous);
    const bridge = connect({ bridge_url: url });
    const first = await bridge.node();

    expect((await bridge.node()).reading).toBe(first.reading);
  });

  it('is asked for the whole node again after a minute, because it may have been updated', async () => {
    const { url, requests } = await stranger(previous);
    const clock = { ms: 0 };
    const bridge = clientAt(url, { keepsRows: true, now: () => clock.ms });
    await bridge.node();
    await bridge.node();
    clock.ms += 60_000;
    await bridge.node();

    expect(requests.filter(({ target }) => target === '/v1/node')).toHaveLength(2);
    expect(requests).toHaveLength(8);
  });

  it('that hangs is bridge_unavailable after one timeout for all its requests', async () => {
    const hanging: StrangerAnswer = (seen, outgoing) =>
      seen.target === '/v1/images' ? undefined : previous(seen, outgoing);
    const { url, requests } = await stranger(hanging);
    const bridge = clientAt(url, { timeoutMs: 300 });

    await expect(bridge.node()).rejects.toMatchObject({
      code: 'bridge_unavailable',
      message: expect.stringContaining('within 300 ms'),
    });
    expect(requests).toHaveLength(2);
  });
});

describe('a failure at the bridge keeps its code and detail', () => {
  it.each([
    ['permission-denied', 'crictl_permission_denied'],
    ['no-socket', 'runtime_unreachable'],
    ['extra-args', 'crictl_bad_output'],
    ['timeout', 'crictl_timeout'],
  ] as const)('%s: %s', async (name, code) => {
    const { socket } = await startBridge({ crictl: { images: crictlRun(VERSION, name) } });

    await expect(connect({ bridge_url: `unix:${socket}` }).images()).rejects.toMatchObject({
      code,
      message: expect.stringMatching(/crictl|runtime/),
    });
  });

  it('crictl_not_found', async () => {
    const crictl_path = '/nonexistent/crictl';
    const { socket } = await startBridge({ crictl_config: { crictl_path } });

    await expect(connect({ bridge_url: `unix:${socket}` }).images()).rejects.toMatchObject({
      code: 'crictl_not_found',
      message: expect.stringContaining(crictl_path),
    });
  });
});

describe('a bridge that cannot be used', () => {
  it('refuses the token: bridge_unauthorized, without the token', async () => {
    const { socket } = await startBridge({ bridge_config: { bridge_token: TOKEN } });
    const bridge_token = 'another-token-of-test';
    const bridge = connect({ bridge_url: `unix:${socket}`, bridge_token });

    await expect(bridge.images()).rejects.toMatchObject({
      code: 'bridge_unauthorized',
      message: expect.not.stringMatching(/another-token|token-of-the-bridge/),
    });
  });

  it.each([
    ['is not there', () => `unix:${testFolder()}/bridge.sock`],
    ['is dead', async () => `http://127.0.0.1:${await freePort()}`],
  ])('%s: bridge_unavailable, with what to do', async (_, urlOf) => {
    await expect(connect({ bridge_url: await urlOf() }).images()).rejects.toMatchObject({
      code: 'bridge_unavailable',
      message: expect.stringContaining('Start the bridge'),
    });
  });

  it('hangs: bridge_unavailable after bridge_timeout_ms', async () => {
    const { url, requests } = await stranger(() => undefined);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const reading = connect({ bridge_url: url, bridge_timeout_ms: 10_000 })
      .images()
      .catch((err: unknown) => err);
    await eventually(async () => {
      await new Promise(setImmediate);
      expect(requests).toHaveLength(1);
    });
    vi.advanceTimersByTime(10_000);

    expect(await reading).toMatchObject({
      code: 'bridge_unavailable',
      message: expect.stringContaining('within 10000 ms'),
    });
    expect(requests).toHaveLength(1);
  });

  it.each([
    ['HTML', answering(200, '<html>', 'text/html')],
    ['nothing', answering(200, '')],
    ['JSON that is cut off', answering(200, '{"started_at_ms":1,"images":[{"id":"a"')],
    ['JSON of another shape', answering(200, '{"images":[{"id":7}]}')],
    ['another interface', answering(404, '{"code":"not_found"}', 'application/problem+json')],
    ['a redirect', answering(302, '', 'text/plain', { Location: '/v1/images' })],
    ["a proxy's 502", answering(502, '<html>', 'text/html')],
    [
      'a code that is none of its own',
      answering(409, '{"code":"in_use","detail":"x"}', 'application/problem+json'),
    ],
    [
      'a code with the status of another',
      answering(200, '{"code":"crictl_timeout","detail":"x"}', 'application/problem+json'),
    ],
  ])('answers %s: bridge_bad_response, asked once', async (_, answer) => {
    const { url, requests } = await stranger(answer);

    await expect(connect({ bridge_url: url }).images()).rejects.toMatchObject({
      code: 'bridge_bad_response',
      message: expect.stringContaining('not a bridge of this version'),
    });
    expect(requests).toHaveLength(1);
  });

  it('answers something other than HTTP: bridge_bad_response', async () => {
    const { url } = await stranger((_, outgoing) => void outgoing.socket?.end('SSH-2.0-x\r\n'));

    await expect(connect({ bridge_url: url }).images()).rejects.toMatchObject({
      code: 'bridge_bad_response',
      message: expect.stringContaining('not a bridge of this version'),
    });
  });

  it('repeats the token: the problem does not', async () => {
    const { url } = await stranger(({ headers }, outgoing) => {
      const body = { code: 'runtime_unreachable', detail: `Sent: ${headers.authorization}.` };
      outgoing.writeHead(503, { 'Content-Type': 'application/problem+json' });
      outgoing.end(JSON.stringify(body));
    });

    await expect(connect({ bridge_url: url, bridge_token: TOKEN }).images()).rejects.toMatchObject({
      message: 'Sent: Bearer [secret].',
    });
  });

  it('fails itself: bridge_unavailable, which names its log', async () => {
    const body = '{"code":"internal","detail":"x"}';
    const { url } = await stranger(answering(500, body, 'application/problem+json'));

    await expect(connect({ bridge_url: url }).images()).rejects.toMatchObject({
      code: 'bridge_unavailable',
      message: expect.stringContaining('its log'),
    });
  });
});

describe('a call that fails', () => {
  /** A client whose calls `fetch` answers. */
  const clientOf = (fetch: () => Promise<Response>) =>
    createBridgeClient({
      url: 'https://b.example',
      name: 'https://b.example',
      token: null,
      get: getByFetch(fetch),
      timeoutMs: 60_000,
    });

  it.each([
    ['UND_ERR_CONNECT_TIMEOUT', 'its host does not answer'],
    ['ETIMEDOUT', 'its host does not answer'],
    ['ConnectionRefused', 'Start the bridge'],
    ['UND_ERR_INFO', 'See the log for the cause'],
    ['CERT_HAS_EXPIRED', 'its certificate has expired. Renew'],
    ['CERT_NOT_YET_VALID', 'is not valid yet. Check the clocks'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'its certificate is for another name'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'Set bridge_config.bridge_ca_file'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'Set bridge_config.bridge_ca_file'],
    ['internal error; reference = 4hr0j2', 'this runtime writes the cause only to its own log'], // workerd
    ['received corrupt message of type InvalidContentType', 'or it does not use TLS'], // Deno
  ])('with %s says: %s', async (code, remedy) => {
    const cause = Object.assign(new Error('failed'), { code });
    const bridge = clientOf(() => Promise.reject(new TypeError('fetch failed', { cause })));

    await expect(bridge.images()).rejects.toMatchObject({
      code: 'bridge_unavailable',
      message: expect.stringContaining(remedy),
    });
  });

  it('because its list is too large says so, and is not tried again', async () => {
    let calls = 0;
    const bridge = clientOf(async () => {
      calls += 1;
      const pull = (to: ReadableStreamDefaultController) => to.enqueue(new Uint8Array(2 ** 22));
      return new Response(new ReadableStream({ pull }));
    });

    await expect(bridge.images()).rejects.toMatchObject({
      code: 'bridge_bad_response',
      message: 'The list of the bridge at https://b.example is larger than 64 MiB.',
    });
    expect(calls).toBe(1);
  });

  it('because its list is too large for a Node process says so, and closes the connection', async () => {
    let isClosed = false;
    const { url, requests } = await stranger((_, outgoing) => {
      const more = () => outgoing.write(Buffer.alloc(2 ** 22), more);
      outgoing.on('close', () => (isClosed = true)).writeHead(200);
      more();
    });

    await expect(connect({ bridge_url: url }).images()).rejects.toMatchObject({
      code: 'bridge_bad_response',
      message: expect.stringMatching(/^The list of the bridge at .* is larger than 64 MiB\.$/),
    });
    await eventually(() => expect(isClosed).toBe(true));
    expect(requests).toHaveLength(1);
  });
});

describe('a read that was cut off', () => {
  it.each([
    ['before the answer', cut],
    ['in the answer', cutInBody],
  ])('%s is tried once more', async (_, fault) => {
    const { url, requests } = await stranger(fault, EMPTY);

    expect((await connect({ bridge_url: url }).images()).rows).toEqual([]);
    expect(requests).toHaveLength(2);
  });

  it('twice is bridge_unavailable', async () => {
    const { url, requests } = await stranger(cut);

    await expect(connect({ bridge_url: url }).images()).rejects.toMatchObject({
      code: 'bridge_unavailable',
      message: expect.stringContaining('closes connections. See its log'),
    });
    expect(requests).toHaveLength(2);
  });
});

describe('over TCP', () => {
  it('with a token', async () => {
    const port = await freePort();
    const bridge_listen = `127.0.0.1:${port}`;
    await startBridge({ bridge_config: { bridge_listen, bridge_token: TOKEN } });
    const bridge_url = `http://127.0.0.1:${port}`;

    await expect(connect({ bridge_url, bridge_token: TOKEN }).images()).resolves.toBeDefined();
    await expect(connect({ bridge_url }).images()).rejects.toMatchObject({
      code: 'bridge_unauthorized',
    });
  });

  it('with TLS by bridge_ca_file', async () => {
    const { port, bridge_ca_file } = await startTlsBridge(TOKEN);
    const bridge_url = `https://127.0.0.1:${port}`;

    await expect(
      connect({ bridge_url, bridge_ca_file, bridge_token: TOKEN }).images(),
    ).resolves.toBeDefined();
  });

  it.each([
    ['a certificate that nobody trusts', 'https', 'Set bridge_config.bridge_ca_file'],
    ['TLS where plain text was expected', 'http', 'needs https in bridge_config.bridge_url'],
  ])('%s: bridge_unavailable, with what to do', async (_, scheme, mend) => {
    const { port } = await startTlsBridge(TOKEN);
    const bridge_url = `${scheme}://127.0.0.1:${port}`;

    await expect(connect({ bridge_url, bridge_token: TOKEN }).images()).rejects.toMatchObject({
      code: 'bridge_unavailable',
      message: expect.stringContaining(mend),
    });
  });

  it.each([
    ['that has expired', { days: -1 }, 'its certificate has expired. Renew the certificate'],
    ['for another name', { names: 'DNS:b.example' }, 'its certificate is for another name'],
  ])('with a certificate %s: bridge_unavailable, with what to do', async (_, options, mend) => {
    const { port, bridge_ca_file } = await startTlsBridge(TOKEN, options);
    const bridge_url = `https://127.0.0.1:${port}`;
    const bridge = connect({ bridge_url, bridge_ca_file, bridge_token: TOKEN });

    await expect(bridge.node()).rejects.toMatchObject({
      code: 'bridge_unavailable',
      message: expect.stringContaining(mend),
    });
  });

  it('refuses to start with a bridge_ca_file that is none', () => {
    const bridge_config = { bridge_url: 'https://b.example', bridge_ca_file: '/nonexistent.pem' };

    expect(() => connect(bridge_config)).toThrow('bridge_config.bridge_ca_file: expected');
  });
});

describe('on the edge', () => {
  const edgeContext = (file: object): EdgeContext => ({
    configuration: configurationOf(file),
    bindings: {},
    logger: memoryLog().logger,
    deferral: 'after',
  });

  it('asks over HTTP with a token, by the fetch of the runtime', async () => {
    const port = await freePort();
    const bridge_listen = `127.0.0.1:${port}`;
    await startBridge({ bridge_config: { bridge_listen, bridge_token: TOKEN } });
    const bridge_config = { bridge_url: `http://127.0.0.1:${port}`, bridge_token: TOKEN };
    const bridge = edgeBridge(edgeContext({ bridge_config }));

    expect((await bridge.images())?.rows.length).toBeGreaterThan(0);
    expect((await bridge.containers())?.rows.length).toBeGreaterThan(0);
    expect((await bridge.node()).reading.facts).toMatchObject({ runtime: { name: 'containerd' } });
  });

  it('with a certificate that nobody trusts: bridge_unavailable, with what to do', async () => {
    const { port } = await startTlsBridge(TOKEN);
    const bridge = edgeBridge(
      edgeContext({ bridge_config: { bridge_url: `https://127.0.0.1:${port}` } }),
    );

    await expect(bridge.node()).rejects.toMatchObject({
      code: 'bridge_unavailable',
      message: expect.stringContaining(
        'not trusted, or it does not use TLS. Make this runtime trust',
      ),
    });
  });

  it.each([
    ['a unix socket', { bridge_url: 'unix:/run/image-api/bridge.sock' }],
    ['a private CA', { bridge_url: 'https://b.example', bridge_ca_file: 'ca.pem' }],
  ])('%s is unsupported_here when it is asked, and a runtime is expected', async (_, config) => {
    const bridge = edgeBridge(edgeContext({ bridge_config: config }));

    await expect(bridge.images()).rejects.toMatchObject({ code: 'unsupported_here' });
    expect(bridge.runtimeExpected()).toBe(true);
  });

  it('is one that refuses without bridge_url', () => {
    expect(edgeBridge(edgeContext({}))).toBe(noBridge);
  });
});
