/** Bridges over HTTP and HTTPS that are broken, each in its way, and one that works. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { HostContainer, HostImage } from '../../shared/ports/bridge.ts';
import { makeAuthority } from '../shared/node/upstreams/certificates.ts';

export interface Rows {
  readonly images: readonly HostImage[];
  readonly containers: readonly HostContainer[];
}

/** What a fault makes of a bridge with these rows. */
export interface FaultyBridge {
  /** The value of `nodes`. */
  readonly configured: { readonly bridge_url: string; readonly bridge_ca_file?: string };
  close(): Promise<void>;
}

const STARTED_AT_MS = 1_795_000_000_000;
const FACTS = {
  name: 'node',
  runtime: { name: 'containerd', version: '1.7.24' },
  image_filesystems: null,
};

type Answering = (req: IncomingMessage, res: ServerResponse, rows: Rows) => void;

/** How the bridge answers, by fault. */
const ANSWERS = {
  works: node({}),
  'never answers': () => undefined,
  'stops in the middle of an answer': (_req, res) => {
    res.writeHead(200, { 'Content-Type': 'application/json' }).write('{"started_at_ms":1,');
  },
  'breaks the connection': (_req, res) => res.destroy(),
  'refuses the token': (_req, res) => problem(res, 401, 'unauthorized'),
  'answers garbage': (_req, res) => json(res, '{"images":[{'),
  'answers HTML': (_req, res) =>
    res.writeHead(200, { 'Content-Type': 'text/html' }).end('<html>It works!</html>'),
  'answers another shape': (_req, res) => json(res, '{"started_at_ms":1,"images":"none"}'),
  'answers an empty object': (_req, res) => json(res, '{}'),
  'redirects to another host': (_req, res) =>
    res.writeHead(302, { Location: 'http://192.0.2.1/' }).end(),
  'has no crictl': (_req, res) => problem(res, 503, 'crictl_not_found'),
  'has a runtime that is down': (_req, res) => problem(res, 503, 'runtime_unreachable'),
  'reads an empty runtime': node({ images: [], containers: [] }),
  'cannot tell which runtime has the pods': node({ ambiguous: ['/run/a.sock', '/run/b.sock'] }),
  'is of the previous version': (req, res, rows) => {
    const kind = /^\/v1\/(images|containers)$/.exec(req.url ?? '')?.[1] as keyof Rows | undefined;
    if (kind === undefined) return problem(res, 404, 'not_found');
    json(res, JSON.stringify({ started_at_ms: STARTED_AT_MS, [kind]: older[kind](rows) }));
  },
} as const satisfies Readonly<Record<string, Answering>>;

/** Faults of connections. */
const CONNECTIONS = ['refuses connections', 'has an expired certificate'] as const;

export type Fault = keyof typeof ANSWERS | (typeof CONNECTIONS)[number];

/** Starts a bridge with a fault. It ends with the test. */
export async function startFaultyBridge(fault: Fault, rows: Rows): Promise<FaultyBridge> {
  const secure = fault === 'has an expired certificate' ? expired() : null;
  const answering: Answering = fault in ANSWERS ? ANSWERS[fault as keyof typeof ANSWERS] : node({});
  const handle = (req: IncomingMessage, res: ServerResponse) => answering(req, res, rows);
  const server = secure ? createTlsServer(secure.certificate, handle) : createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  onTestFinished(close);
  if (fault === 'refuses connections') await close();
  return {
    configured: secure
      ? { bridge_url: `https://127.0.0.1:${port}`, bridge_ca_file: secure.caFile }
      : { bridge_url: `http://127.0.0.1:${port}` },
    close,
  };
}

/** A bridge of this version with its rows, or other ones. */
function node(other: Partial<Rows> & { readonly ambiguous?: readonly string[] }): Answering {
  const instance = crypto.randomUUID();
  return (_req, res, rows) => json(res, JSON.stringify({ ...FACTS, instance, ...rows, ...other }));
}

/** Rows without what the previous version did not know. */
const older = {
  images: ({ images }: Rows) => images.map(({ sandbox: _, ...image }) => image),
  containers: ({ containers }: Rows) =>
    containers.map(({ id, name, state, image_ref, image }) => ({
      id,
      name,
      state,
      image_ref,
      image,
    })),
};

function json(res: ServerResponse, body: string): void {
  res.writeHead(200, { 'Content-Type': 'application/json' }).end(body);
}

function problem(res: ServerResponse, status: number, code: string): void {
  res
    .writeHead(status, { 'Content-Type': 'application/problem+json' })
    .end(JSON.stringify({ code, detail: `The bridge says ${code}.` }));
}

/** A certificate that ended yesterday, and the file of its authority. */
function expired() {
  const { caFile, sign } = makeAuthority();
  return { caFile, certificate: sign('IP:127.0.0.1', -1) };
}
