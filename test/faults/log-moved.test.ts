/** Something else removes, truncates or renames the log while requests are logged. */
import { copyFileSync, readFileSync, renameSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { load } from '../real/load.ts';
import { eventually } from '../support/eventually.ts';
import { testFolder } from '../support/folder.ts';
import { killableService } from '../support/killable-service.ts';
import { logLines } from './log-lines.ts';
import { recovery } from './recovery.ts';
import { removeAtOnce } from './remove-at-once.ts';

const env = { INVOCATION_ID: 'of-a-test' };

interface Change {
  readonly folder: string;
  readonly log: string;
  readonly signal: () => void;
}

const CHANGES = {
  'the folder with the files is removed': ({ log }: Change) => removeAtOnce(`${log}.d`),
  'the folder of the log is removed': ({ folder }: Change) => removeAtOnce(folder),
  'the link is removed': ({ log }: Change) => rmSync(log),
  "logrotate's copytruncate": ({ log }: Change) => {
    copyFileSync(log, `${log}.1`);
    truncateSync(log);
  },
  "logrotate's rename, then SIGHUP": ({ log, signal }: Change) => {
    renameSync(log, `${log}.1`);
    signal();
  },
  'SIGHUP alone': ({ signal }: Change) => signal(),
} as const;

it.each(Object.entries(CHANGES))(
  '%s: later lines are in the log, whole and each once',
  async (fault, change) => {
    const folder = join(testFolder(), 'log');
    const log = join(folder, 'app.log');
    const service = await killableService({
      projects: [{ name: 'team', repositories: { web: [{ tags: ['v1'] }] } }],
      config: { app_config: { log_file: log } },
    });
    const { kill, ended } = await service.start({ env });
    const traffic = load(`${service.url}/harbor/artifacts/team/web`, { connections: 4 });
    await traffic.answered(50);
    change({ folder, log, signal: () => kill('SIGHUP') });
    await recovery(fault, async () => {
      const id = crypto.randomUUID();
      await service.request('/harbor/projects', { headers: { 'X-Request-Id': id } });
      expect(readFileSync(log, 'utf8')).toContain(id);
    });
    const later = Array.from({ length: 50 }, (_, index) => `later-${index}`);
    for (const id of later) {
      await service.request('/harbor/projects', { headers: { 'X-Request-Id': id } });
    }
    const { statuses, lost } = await traffic.stop();
    await eventually(() => expect(readFileSync(log, 'utf8')).toContain('later-49'));
    kill('SIGTERM');

    expect(await ended).toBe(0);
    expect([[...statuses], lost]).toEqual([[200], []]);
    const ids = logLines(log).flatMap(({ request_id = '' }) =>
      request_id.startsWith('later-') ? request_id : [],
    );
    expect(ids.toSorted()).toEqual(later.toSorted());
  },
);
