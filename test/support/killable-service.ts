/** The service as a process with a journal, over the stand-in. A test kills it and starts it again. */
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { Registry } from '../../demo/harbor/registry.ts';
import type { ProjectSeed } from '../../demo/harbor/seed.ts';
import { createHarborStandIn } from '../../demo/harbor/stand-in.ts';
import type { JournalRow } from '../../shared/ports/journal-record.ts';
import { freePort } from '../real/free-port.ts';
import { testFolder } from './folder.ts';
import { linesOf, makeOlder, settledRows } from './journal.ts';
import { type RunningProcess, type StartOptions, startProcess } from './processes.ts';

const ACCOUNT = { name: 'keeper', password: 'keeper-password' };
const TOKEN = 'write-token-of-ci';

export interface KillableStart extends Pick<StartOptions, 'env' | 'maxFiles'> {
  /** For the journal, so much time has passed since it was killed. */
  readonly afterMs?: number;
}

export interface KillableOptions {
  readonly projects: readonly ProjectSeed[];
  /** config.json, beside what the parts above need. */
  readonly config?: Readonly<Record<string, object>>;
}

/**
 * Nothing runs before `start`, and each start has the same port. The account of the service maintains all projects.
 */
export async function killableService({ projects, config = {} }: KillableOptions) {
  const registry = new Registry({
    accounts: [{ ...ACCOUNT, kind: 'user' }],
    projects: projects.map((project) => ({
      members: { [ACCOUNT.name]: 'maintainer' },
      ...project,
    })),
  });
  const standIn = createHarborStandIn({ registry });
  const harbor = await standIn.listen();
  onTestFinished(() => harbor.close());
  const journalPath = join(testFolder(), 'journal.jsonl');
  let running: RunningProcess | null = null;
  const app_port = await freePort();
  const url = `http://127.0.0.1:${app_port}`;

  const request = (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = { authorization: `Bearer ${TOKEN}`, ...(init.headers as object) };
    return fetch(`${url}${path}`, { ...init, headers });
  };

  const rows = async (): Promise<readonly JournalRow[]> =>
    (await (await request('/journal')).json()) as JournalRow[];

  return {
    registry,
    standIn,
    url,
    journalPath,
    /** Sends a request with the right to delete. */
    request,
    /** The lines in the file. */
    lines: () => linesOf(journalPath),
    /** The rows that GET /journal answers. */
    rows,
    /** Waits until no outcome is unknown. */
    settledRows: () => settledRows(rows),
    /** Starts the service, and waits until it listens. */
    async start({ afterMs = 0, ...limits }: KillableStart = {}): Promise<RunningProcess> {
      if (afterMs > 0) makeOlder(journalPath, afterMs);
      const started = startProcess('single', {
        ...limits,
        config: {
          ...config,
          app_config: { app_port, write_token: { ci: TOKEN }, ...config['app_config'] },
          harbor_config: {
            harbor_host: harbor.url,
            harbor_username: ACCOUNT.name,
            harbor_password: ACCOUNT.password,
            ...config['harbor_config'],
          },
          delete_config: {
            journal_file: journalPath,
            delete_guard: 'off',
            ...config['delete_config'],
          },
        },
      });
      running = started;
      await started.listening;
      return started;
    },
    /** Ends the process as a crash does, and waits for its end. */
    async kill(): Promise<void> {
      running?.kill('SIGKILL');
      await running?.ended;
    },
  };
}
