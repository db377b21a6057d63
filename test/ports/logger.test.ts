/** The promises of the `Logger` port (shared/ports/logger.ts), which every logger keeps. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createConsoleLogger } from '../../shared/adapters/log/console-logger.ts';
import { openLog } from '../../shared/node/log/log.ts';
import type { Logger } from '../../shared/ports/logger.ts';
import { LOG_LEVELS, type LogLevel } from '../../shared/values/log-level.ts';
import { configurationOf } from '../support/configuration.ts';
import { testFolder } from '../support/folder.ts';
import { memoryLog } from '../support/log.ts';

interface Opened {
  readonly logger: Logger;
  /** Closes the log. @returns its lines */
  readonly end: () => Promise<readonly Readonly<Record<string, unknown>>[]>;
}

const parse = (lines: readonly string[]) => lines.map((line) => JSON.parse(line));

async function inFile(log_level: LogLevel = 'INFO'): Promise<Opened> {
  const log_file = join(testFolder(), 'app.log');
  const { app_config } = configurationOf({ app_config: { log_file, log_level } });
  const log = await openLog({ app_config, stderr: false });
  const end = async () => {
    await log.close();
    return parse(readFileSync(log_file, 'utf8').split('\n').slice(0, -1));
  };
  return { logger: log.logger, end };
}

async function onConsole(level: LogLevel = 'INFO'): Promise<Opened> {
  const printed: string[] = [];
  for (const method of ['debug', 'info', 'warn', 'error'] as const) {
    vi.spyOn(console, method).mockImplementation((line) => void printed.push(String(line)));
  }
  return { logger: createConsoleLogger(level), end: async () => parse(printed) };
}

async function inMemory(level: LogLevel = 'DEBUG'): Promise<Opened> {
  const { logger, lines } = memoryLog(level);
  return { logger, end: async () => lines };
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe.each([
  ['in a file', inFile],
  ['on the console', onConsole],
  ['in memory', inMemory],
])('the log %s', (_, open) => {
  it('has a line with its level, its message and its fields', async () => {
    const { logger, end } = await open();
    logger.log('WARNING', 'a tag has moved', { request_id: 'r1', tags: ['v1', 'v2'], size: null });
    expect(await end()).toMatchObject([
      {
        level: 'WARNING',
        msg: 'a tag has moved',
        request_id: 'r1',
        tags: ['v1', 'v2'],
        size: null,
      },
    ]);
  });

  it('has the lines of the levels that are enabled, in order', async () => {
    const { logger, end } = await open();
    const enabled = LOG_LEVELS.filter((level) => logger.enabled(level));
    for (const level of LOG_LEVELS) logger.log(level, 'said');
    expect((await end()).map(({ level }) => level)).toEqual(enabled);
    expect(enabled).toEqual(expect.arrayContaining(['INFO', 'WARNING', 'ERROR', 'CRITICAL']));
  });

  it.each(LOG_LEVELS)('at %s has each line that it must always have', async (level) => {
    const { logger, end } = await open(level);
    for (const said of LOG_LEVELS) logger.always(said, 'said', { request_id: 'r1' });
    logger.child('journal').always('WARNING', 'of a module');
    logger.log('CRITICAL', 'and others as before');
    const lines = await end();
    expect(lines.map((line) => line['level'])).toEqual([...LOG_LEVELS, 'WARNING', 'CRITICAL']);
    expect(lines[0]).toMatchObject({ msg: 'said', request_id: 'r1' });
  });

  it('has the lines of another module too', async () => {
    const { logger, end } = await open();
    logger.child('harbor').log('INFO', 'of a module');
    logger.child('harbor').child('crawl').log('INFO', 'of one in it');
    expect((await end()).map(({ msg }) => msg)).toEqual(['of a module', 'of one in it']);
  });

  const cycle: Record<string, unknown> = {};
  cycle['self'] = cycle;
  it.each([
    ['a cycle', { cycle }],
    ['a large integer', { big: 1n }],
    [
      'a getter that throws',
      {
        get broken() {
          throw new Error('broken');
        },
      },
    ],
    ['an error with a cause', { err: new Error('failed', { cause: new TypeError('why') }) }],
    ['something thrown that is no error', { err: 'text' }],
    ['nothing', { nothing: undefined }],
  ])('never throws, and has a line: %s', async (_title, fields) => {
    const { logger, end } = await open();
    expect(() => logger.log('INFO', 'strange', fields)).not.toThrow();
    expect(await end()).toHaveLength(1);
  });
});
