/** The service as a process with a journal, over a Harbor that a test breaks. */
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { HttpServer } from '../../demo/harbor/http-server.ts';
import type { HarborStandIn } from '../../demo/harbor/stand-in.ts';
import type { JournalRow } from '../../shared/ports/journal-record.ts';
import { freePort } from '../real/free-port.ts';
import { type AtEnd, testFolder } from '../support/folder.ts';
import { linesOf, settledRows } from '../support/journal.ts';
import { type RunningProcess, startProcess } from '../support/processes.ts';

const WRITE_TOKEN = 'write-token-of-ci';

/** What `crictl images` prints on a host with an image of each repository, by digest. */
export function imagesOfHost(
  host: string,
  digests: Readonly<Record<string, string | undefined>>,
): string {
  const images = Object.entries(digests).map(([repository, digest], index) => ({
    id: `sha256:${String(index).padStart(64, '0')}`,
    repoTags: [`${host}/${repository}:v1`],
    repoDigests: [`${host}/${repository}@${digest}`],
    size: '1000',
    pinned: false,
  }));
  return JSON.stringify({ images });
}

/** A Harbor that stops and starts at the same address. */
export interface StoppableHarbor {
  readonly url: string;
  /** Breaks all connections, and refuses new ones. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** Serves the stand-in until the test ends, unless `atEnd` says otherwise. */
export async function serveHarbor(
  standIn: HarborStandIn,
  atEnd: AtEnd = onTestFinished,
): Promise<StoppableHarbor> {
  const port = await freePort();
  let server: HttpServer | null = await standIn.listen(port);
  const stop = async (): Promise<void> => {
    const stopping = server;
    server = null;
    await stopping?.close();
  };
  atEnd(stop);
  return {
    url: `http://127.0.0.1:${port}`,
    stop,
    start: async () => {
      server ??= await standIn.listen(port);
    },
  };
}

export interface ServiceOptions {
  /** `single` or `router`; default: `single`. */
  readonly command?: string;
  /** With the address and the account of Harbor. The journal and the tokens are added. */
  readonly config: Readonly<Record<string, object>>;
  readonly through?: readonly string[];
  /** Default: it ends with the test. */
  readonly atEnd?: AtEnd;
}

export interface HarborService {
  readonly process: RunningProcess;
  readonly url: string;
  readonly journalPath: string;
  get(path: string): Promise<Response>;
  /** Deletes an artifact; `path` begins with the project. */
  remove(path: string): Promise<Response>;
  /** Plans a cleanup, or applies a plan by its ETag. */
  cleanUp(policy: object, etag?: string): Promise<Response>;
  /** The rows of GET /journal. */
  rows(): Promise<readonly JournalRow[]>;
  /** The rows, once no outcome is unknown. */
  settledRows(): Promise<readonly JournalRow[]>;
  /** The digests that the journal's file has an intent for. */
  intended(): readonly string[];
}

/** Starts the service, and returns when it listens. */
export async function startHarborService(options: ServiceOptions): Promise<HarborService> {
  const { command = 'single', config, through, atEnd = onTestFinished } = options;
  const app_port = await freePort();
  const journalPath = join(testFolder(atEnd), 'journal.jsonl');
  const process = startProcess(command, {
    config: {
      ...config,
      app_config: { app_port, write_token: { ci: WRITE_TOKEN }, ...config['app_config'] },
      delete_config: {
        journal_file: journalPath,
        delete_guard: 'off',
        ...config['delete_config'],
      },
    },
    ...(through && { through }),
    atEnd,
  });
  await process.listening;
  const url = `http://127.0.0.1:${app_port}`;
  const authorization = `Bearer ${WRITE_TOKEN}`;
  const get = (path: string) => fetch(`${url}${path}`);
  const rows = async () => (await (await get('/journal')).json()) as readonly JournalRow[];
  return {
    process,
    url,
    journalPath,
    get,
    remove: (path) =>
      fetch(`${url}/harbor/artifacts/${path}`, { method: 'DELETE', headers: { authorization } }),
    cleanUp: (policy, etag) =>
      fetch(`${url}/harbor/cleanup`, {
        method: 'POST',
        headers: {
          authorization,
          'content-type': 'application/json',
          ...(etag && { 'if-match': etag }),
        },
        body: JSON.stringify({ policy, ...(etag && { apply: true }) }),
      }),
    rows,
    settledRows: () => settledRows(rows),
    intended: () =>
      linesOf(journalPath)
        .filter(({ event }) => event === 'intent')
        .map(({ digest }) => digest),
  };
}
