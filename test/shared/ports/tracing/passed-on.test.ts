import { describe, expect, it } from 'vitest';
import { GENERATED_ACCOUNT, manyRepositories } from '../../../../demo/harbor/generate.ts';
import { startBridge } from '../../../support/bridge.ts';
import { createRouter } from '../../../support/router.ts';
import { createService } from '../../../support/service.ts';
import { startStranger } from '../../../support/stranger.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const CLIENT = 'b7ad6b7169203331';
const traceparent = `00-${TRACE}-${CLIENT}-01`;
const headers = { traceparent, tracestate: 'vendor=1' };

/** The line of a request. */
const lineOf = (log: readonly { readonly msg: string; readonly [field: string]: unknown }[]) =>
  log.find(({ route }) => route !== undefined);

const parentIn = (header: unknown) => String(header).split('-')[2];

const { name: harbor_username, password: harbor_password } = GENERATED_ACCOUNT;
const harbor = () =>
  createService({
    harbor: { registry: manyRepositories(3) },
    config: { harbor_config: { harbor_username, harbor_password } },
  });

describe('the trace of a request', () => {
  it('is in its line of the log, with a span of its own', async () => {
    const { get, log } = createService({});
    await get('/livez?verbose', { headers });
    await get('/unknown', { headers });
    expect(lineOf(log)).toMatchObject({
      trace_id: TRACE,
      span_id: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
    expect(lineOf(log)?.['span_id']).not.toBe(CLIENT);
  });

  it('begins with the request if its traceparent is not valid', async () => {
    const { get, log } = createService({});
    await get('/unknown', { headers: { traceparent: traceparent.toUpperCase() } });
    expect(lineOf(log)?.['trace_id']).toMatch(/^(?!0af76519)[0-9a-f]{32}$/);
  });

  it('is passed on to Harbor, with a parent of its own for each call', async () => {
    const { get, standIn } = harbor();
    await get('/harbor/projects', { headers });
    const sent = standIn?.calls.map((call) => call.headers) ?? [];
    const pattern = new RegExp(`^00-${TRACE}-[0-9a-f]{16}-01$`);
    expect(sent.length).toBeGreaterThan(1);
    expect(
      sent.map((each) => each['traceparent']).filter((text) => !pattern.test(text ?? '')),
    ).toEqual([]);
    expect(new Set(sent.map((each) => each['tracestate']))).toEqual(new Set(['vendor=1']));
    const parents = new Set(sent.map((each) => parentIn(each['traceparent'])));
    expect(parents.size).toBe(sent.length);
    expect(parents).not.toContain(CLIENT);
  });

  it('is passed on to the bridge, which logs it', async () => {
    const { socket, log } = await startBridge();
    const router = createRouter({ bridge_config: { bridge_url: `unix:${socket}` } });
    expect((await router.get('/local-images', { headers })).status).toBe(200);
    expect(lineOf(log)).toMatchObject({ trace_id: TRACE, route: '/v1/images' });
    expect(lineOf(log)?.['span_id']).not.toBe(lineOf(router.log)?.['span_id']);
  });

  it('is passed on to each node', async () => {
    const [first, second] = [await startBridge(), await startBridge()];
    const { get } = createRouter({
      nodes_config: {
        nodes: {
          'node-1': { bridge_url: `unix:${first.socket}` },
          'node-2': { bridge_url: `unix:${second.socket}` },
        },
      },
    });
    await get('/nodes', { headers });
    const lines = [lineOf(first.log), lineOf(second.log)];
    expect(lines.map((line) => line?.['trace_id'])).toEqual([TRACE, TRACE]);
  });

  it('has the reading of a node that other requests share', async () => {
    const { socket, log } = await startBridge();
    const { get } = createRouter({
      nodes_config: { nodes: { 'node-1': { bridge_url: `unix:${socket}` } } },
    });
    const other = { traceparent: traceparent.replace(TRACE, 'f'.repeat(32)) };
    await Promise.all([get('/nodes', { headers }), get('/nodes', { headers: other })]);
    expect(log.filter(({ route }) => route === '/v1/node')).toMatchObject([{ trace_id: TRACE }]);
  });

  it('is passed on to a function that is deployed elsewhere', async () => {
    const { url, requests } = await startStranger((_seen, outgoing) =>
      outgoing.writeHead(200, { 'Content-Type': 'application/json' }).end('[]'),
    );
    const router_config = { function_urls: { 'local-images': url } };
    const { get } = createRouter({ router_config });
    await get('/local-images', { headers });
    const [sent] = requests;
    expect(sent?.headers['traceparent']).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-01$`));
    expect(parentIn(sent?.headers['traceparent'])).not.toBe(CLIENT);
    expect(sent?.headers['tracestate']).toBe('vendor=1');
  });

  it('has no part in the checks of the sources', async () => {
    const { get, standIn } = harbor();
    await get('/readyz', { headers });
    expect(standIn?.calls.map((call) => call.headers['traceparent'])).toEqual([undefined]);
  });
});
