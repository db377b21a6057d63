import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { ConfigurationError } from '../../../../shared/node/configuration/configuration-error.ts';
import { openLog } from '../../../../shared/node/log/log.ts';
import { identityOf } from '../../../../shared/node/system/process-id.ts';
import { configurationOf } from '../../../support/configuration.ts';
import { eventually } from '../../../support/eventually.ts';
import { testFolder } from '../../../support/folder.ts';
import { needs } from '../../../support/needs.ts';

let folder: string;
let logFile: string;
let stderr: string[];

beforeEach(() => {
  folder = testFolder();
  logFile = join(folder, 'app.log');
  stderr = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    stderr.push(String(text));
    return true;
  });
});

afterEach(() => {
  vi.restoreAllMocks();
});

function appConfig(settings: Record<string, unknown> = {}) {
  const app_config = { log_file: logFile, log_level: 'INFO', ...settings };
  return configurationOf({ app_config }).app_config;
}

const open = (settings?: Record<string, unknown>, secrets: readonly string[] = []) =>
  openLog({ app_config: appConfig(settings), secrets, stderr: false });

const parse = (text: string) =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Record<string, unknown> => JSON.parse(line));

/** Numbered files, oldest first. */
const numbered = () =>
  readdirSync(`${logFile}.d`)
    .filter((name) => /^app\.\d+\.log$/.test(name))
    .sort((a, b) => Number(a.split('.')[1]) - Number(b.split('.')[1]));

/** The `n` of every line in all files, oldest first. */
const allNumbers = () =>
  numbered().flatMap((name) =>
    parse(readFileSync(join(`${logFile}.d`, name), 'utf8')).flatMap(({ n }) => n ?? []),
  );

/** A turn of the loop, in which a file that is full is rolled. */
const turn = () => new Promise((done) => setImmediate(done));

/** Writes lines of about 1 KiB one by one, in a log of its own start. */
async function burst(settings: Record<string, unknown>, from: number, count: number) {
  const log = await open(settings);
  for (let n = from; n < from + count; n += 1) {
    log.logger.log('INFO', 'x'.repeat(900), { n });
    await turn();
  }
  await log.close();
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

describe('lines', () => {
  it('are JSON objects with time, level, module, msg and the given fields', async () => {
    const log = await open();
    log.logger.child('harbor').log('WARNING', 'slow', { request_id: 'r1', upstream_ms: 12 });
    await log.close();

    const [line] = parse(readFileSync(logFile, 'utf8'));
    expect(line).toEqual({
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      level: 'WARNING',
      module: 'harbor',
      msg: 'slow',
      request_id: 'r1',
      upstream_ms: 12,
    });
  });

  it('contain the whole chain of causes of an error', async () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    const log = await open();
    log.logger.log('ERROR', 'failed', {
      err: new TypeError('fetch failed', { cause: new AggregateError([refused], 'all') }),
    });
    await log.close();

    const [line] = parse(readFileSync(logFile, 'utf8'));
    expect(line?.['err']).toMatchObject({
      type: 'TypeError',
      message: 'fetch failed',
      stack: expect.stringContaining('log.test.ts'),
      cause: { type: 'AggregateError', errors: [{ code: 'ECONNREFUSED' }] },
    });
  });

  it('never contain a configured secret, in any form, and stay JSON', async () => {
    const secret = 'p"ä/ss&wörd';
    const log = await open({}, [secret, '123456', 'user:p"ä/ss&wörd']);
    log.logger.log('INFO', `with ${secret}`, {
      url: `https://h/?q=${encodeURIComponent(secret)}`,
      header: `Basic ${Buffer.from(`user:${secret}`).toString('base64')}`,
      body: JSON.stringify({ secret }),
      size_bytes: 91234567,
      err: new Error(secret),
    });
    await log.close();

    const text = readFileSync(logFile, 'utf8');
    const [line] = parse(text);
    expect(line).toMatchObject({
      msg: 'with [secret]',
      url: 'https://h/?q=[secret]',
      header: 'Basic [secret]',
      body: '{"secret":"[secret]"}',
      err: { message: '[secret]' },
    });
    expect(text).not.toContain('ss&w');
    expect(text).not.toContain('123456');
  });
});

describe('the path', () => {
  it('is a link to current.log in LOG_FILE.d', async () => {
    await burst({}, 0, 1);

    expect(readlinkSync(logFile)).toBe('app.log.d/current.log');
    expect(realpathSync(logFile)).toBe(realpathSync(join(`${logFile}.d`, 'app.1.log')));
  });

  it('moves the log of the old service into the folder as an old file', async () => {
    writeFileSync(logFile, 'a line of the old service\n');
    await burst({}, 0, 1);

    expect(readFileSync(join(`${logFile}.d`, 'app.1.log'), 'utf8')).toBe(
      'a line of the old service\n',
    );
    expect(parse(readFileSync(logFile, 'utf8'))).toHaveLength(1);
    expect(numbered()).toEqual(['app.1.log', 'app.2.log']);
  });

  it('replaces an empty file without keeping it', async () => {
    writeFileSync(logFile, '');
    await burst({}, 0, 1);

    expect(numbered()).toEqual(['app.1.log']);
  });

  it('follows a link of the operator, although its target does not exist yet', async () => {
    symlinkSync(join(folder, 'disk', 'real.log'), logFile);
    mkdirSync(join(folder, 'disk'));
    await burst({}, 0, 1);

    expect(readlinkSync(logFile)).toBe(join(folder, 'disk', 'real.log'));
    expect(parse(readFileSync(logFile, 'utf8'))).toHaveLength(1);
    expect(existsSync(join(folder, 'disk', 'real.log.d', 'app.1.log'))).toBe(true);
  });

  it('creates missing folders', async () => {
    logFile = join(folder, 'a', 'b', 'app.log');
    await burst({}, 0, 1);

    expect(parse(readFileSync(logFile, 'utf8'))).toHaveLength(1);
  });

  it('in a folder that /proc does not create stops the start', async () => {
    logFile = '/proc/nope/app.log';

    await expect(open()).rejects.toThrow(
      'app_config.log_file: /proc/nope/app.log cannot be written by user ',
    );
  });

  it('that is a directory stops the start', async () => {
    mkdirSync(logFile);

    await expect(open()).rejects.toThrow(
      `app_config.log_file: ${logFile} cannot be written by user `,
    );
    await expect(open()).rejects.toThrow('it is a directory');
    expect(lstatSync(logFile).isDirectory()).toBe(true);
  });

  it('that is a device stops the start', async () => {
    symlinkSync('/dev/null', logFile);

    await expect(open()).rejects.toBeInstanceOf(ConfigurationError);
  });

  it('that is a circle of links stops the start', async () => {
    symlinkSync('b.log', logFile);
    symlinkSync('app.log', join(folder, 'b.log'));

    await expect(open()).rejects.toThrow('its links lead in a circle');
  });

  it('that another running process writes to is reported on stderr', async () => {
    mkdirSync(`${logFile}.d`);
    writeFileSync(join(`${logFile}.d`, 'pid'), identityOf(process.ppid) ?? '');
    await burst({}, 0, 1);

    expect(stderr.join('')).toContain(`process ${process.ppid} writes to ${logFile} too`);
  });

  it('that only an ended process wrote to is free', async () => {
    mkdirSync(`${logFile}.d`);
    writeFileSync(join(`${logFile}.d`, 'pid'), `${process.ppid} 1`);
    await burst({}, 0, 1);

    expect(stderr).toEqual([]);
  });
});

describe('rotation', () => {
  const small = { log_max_bytes: 10_240, log_backup_count: 3 };

  it('happens within one line when lines arrive one by one, and loses no line', async () => {
    await burst(small, 0, 35);

    await eventually(() => expect(numbered()).toHaveLength(4)); // what is too old goes by itself
    const sizes = numbered().map((name) => statSync(join(`${logFile}.d`, name)).size);
    expect(allNumbers()).toEqual(range(0, 35));
    expect(Math.max(...sizes)).toBeLessThan(10_240 + 1100);
  });

  it('happens after all lines of one turn of the event loop, and loses none', async () => {
    const log = await open(small);
    for (const n of range(0, 25)) log.logger.log('INFO', 'x'.repeat(900), { n });
    await turn();
    log.logger.log('INFO', 'next', { n: 25 });
    await log.close();

    expect(numbered()).toEqual(['app.1.log', 'app.2.log']);
    expect(allNumbers()).toEqual(range(0, 26));
  });

  it('keeps at most log_backup_count old files over several restarts', async () => {
    await burst(small, 0, 25);
    await burst(small, 25, 25);
    await burst(small, 50, 25);
    await burst(small, 75, 25);
    await eventually(() => expect(numbered()).toHaveLength(4));
    const numbers = allNumbers();

    expect(numbers.at(-1)).toBe(99);
    expect(numbers).toEqual(range(100 - numbers.length, 100));
    expect(realpathSync(logFile)).toContain(numbered().at(-1));
  });

  it('continues the file of the last start when it is not full', async () => {
    await burst(small, 0, 3);
    await burst(small, 3, 3);

    expect(numbered()).toEqual(['app.1.log']);
    expect(allNumbers()).toEqual(range(0, 6));
  });

  it('keeps fewer at the next start when log_backup_count is lower', async () => {
    await burst(small, 0, 35);
    await burst({ ...small, log_backup_count: 1 }, 35, 1);

    expect(numbered()).toHaveLength(2);
  });

  it.each([{ log_max_bytes: 0 }, { log_backup_count: 0 }])('is off with %j', async (setting) => {
    await burst({ ...small, ...setting }, 0, 40);

    expect(numbered()).toEqual(['app.1.log']);
    expect(allNumbers()).toEqual(range(0, 40));
  });
});

/** A log of which a few lines are in memory, because a folder has the name of its next file. */
async function logThatCannotRotate() {
  const log = await open({ log_max_bytes: 1024, log_backup_count: 3 });
  const inTheWay = join(`${logFile}.d`, 'app.2.log');
  mkdirSync(inTheWay);
  for (const n of range(0, 4)) {
    log.logger.log('INFO', 'x'.repeat(900), { n });
    await turn();
  }
  return { log, mend: () => rmSync(inTheWay, { recursive: true }) };
}

describe('the log while it is in use', () => {
  const append = { log_max_bytes: 0 };

  it('is created again with its next line when its folder was removed, and stderr says so once', async () => {
    const log = await open();
    rmSync(`${logFile}.d`, { recursive: true });
    log.logger.log('INFO', 'one', { n: 1 });
    log.logger.log('INFO', 'two', { n: 2 });
    await eventually(() => expect(existsSync(logFile)).toBe(true));
    log.logger.log('INFO', 'three', { n: 3 });
    await log.close();

    expect(allNumbers()).toEqual([1, 2, 3]);
    expect(stderr).toEqual([
      `image-api: the log ${logFile} was removed while in use and has been created again\n`,
    ]);
  });

  it('gets its link back when that was moved', async () => {
    const log = await open();
    log.logger.log('INFO', 'one', { n: 1 });
    renameSync(logFile, `${logFile}.1`);
    log.logger.log('INFO', 'two', { n: 2 });
    await log.close();

    expect(readlinkSync(logFile)).toBe('app.log.d/current.log');
    expect(allNumbers()).toEqual([1, 2]);
  });

  it('continues in the same file when it is reopened', async () => {
    const log = await open();
    log.logger.log('INFO', 'one', { n: 1 });
    await log.reopen();
    log.logger.log('INFO', 'two', { n: 2 });
    await log.close();

    expect(numbered()).toEqual(['app.1.log']);
    expect(allNumbers()).toEqual([1, 2]);
    expect(stderr).toEqual([]);
  });

  it('moves in, when it is reopened, the file that logrotate has put in its place', async () => {
    const log = await open();
    log.logger.log('INFO', 'one', { n: 1 });
    renameSync(logFile, `${logFile}.1`);
    writeFileSync(logFile, '');
    await log.reopen();
    log.logger.log('INFO', 'two', { n: 2 });
    await log.close();

    expect(readlinkSync(logFile)).toBe('app.log.d/current.log');
    expect(allNumbers()).toEqual([1, 2]);
  });

  it('continues at the start of a file that was truncated', async () => {
    const log = await open(append);
    log.logger.log('INFO', 'one', { n: 1 });
    truncateSync(logFile);
    log.logger.log('INFO', 'two', { n: 2 });
    await log.close();

    expect(parse(readFileSync(logFile, 'utf8')).map(({ n }) => n)).toEqual([2]);
  });

  it('keeps lines in memory while it cannot rotate, and writes them when it can', async () => {
    const { log, mend } = await logThatCannotRotate();
    mend();
    await eventually(() => expect(stderr.join('')).toContain('works again'));
    await log.close();

    expect(allNumbers()).toEqual(range(0, 4));
    expect(stderr).toEqual([
      expect.stringMatching(/cannot write the log .*, trying again each second: EISDIR/),
      `image-api: the log ${logFile} works again; 0 lines were lost\n`,
    ]);
  });
});

describe('the stop', () => {
  it('writes the lines that are kept in memory when the log can be written again', async () => {
    const { log, mend } = await logThatCannotRotate();
    mend();
    await log.close();

    expect(allNumbers()).toEqual(range(0, 4));
  });

  it('ends although the lines in memory cannot be written', async () => {
    const { log } = await logThatCannotRotate();

    await expect(log.close()).resolves.toBeUndefined();
  });
});

describe('stderr', () => {
  it('gets the lines alone when log_file is empty', async () => {
    const log = await open({ log_file: '' });
    log.logger.log('INFO', 'here');
    await log.close();

    expect(parse(stderr.join('')).map(({ msg }) => msg)).toEqual(['here']);
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    ['JOURNAL_STREAM', '8:12345'],
    ['INVOCATION_ID', '0123456789abcdef'],
  ])('gets the same lines under systemd (%s)', async (name, value) => {
    vi.stubEnv(name, value);
    const log = await openLog({ app_config: appConfig() });
    log.logger.log('INFO', 'here');
    await log.close();
    vi.unstubAllEnvs();

    expect(stderr.join('')).toBe(readFileSync(logFile, 'utf8'));
    expect(stderr.join('')).toContain('here');
  });

  it('gets the same lines with app_debug, which also sets the level to DEBUG', async () => {
    const log = await openLog({ app_config: appConfig({ app_debug: true }) });
    log.logger.log('DEBUG', 'detail');
    await log.close();

    expect(stderr.join('')).toBe(readFileSync(logFile, 'utf8'));
    expect(stderr.join('')).toContain('"level":"DEBUG"');
  });

  it('gets the lines after the log is closed', async () => {
    const log = await open();
    await log.close();
    log.logger.log('INFO', 'late');

    expect(stderr.join('')).toContain('late');
  });
});

/** Runs a script over the log in a process of its own, as another user if asked. */
function run(script: string, uid?: number) {
  const source = `
    import { openLog } from '${new URL('../../../../shared/node/log/log.ts', import.meta.url).href}';
    const app_config = ${JSON.stringify(appConfig())};
    ${script}`;
  return spawnSync(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), '--input-type=module', '-e', source],
    { encoding: 'utf8', ...(uid && { uid, gid: uid }), env: { PATH: process.env['PATH'] ?? '' } },
  );
}

describe('a process', () => {
  it('that exits immediately loses no line, not even of a burst', () => {
    const { status } = run(`
      const { logger } = await openLog({ app_config: { ...app_config, log_max_bytes: 10240, log_backup_count: 9 } });
      for (let n = 0; n < 50; n += 1) logger.log('INFO', 'x'.repeat(900), { n });
      process.exit(3);`);

    expect(status).toBe(3);
    expect(allNumbers()).toEqual(range(0, 50));
  });

  it('of another user stops at a read-only folder, with path and user', (context) => {
    needs(context, 'root', process.getuid?.() === 0);
    chmodSync(folder, 0o555);
    chownSync(folder, 0, 0);
    const { stderr: said, status } = run(
      `try { await openLog({ app_config }); } catch (err) { console.error(err.problems[0]); process.exit(78); }`,
      65_534,
    );

    expect(said).toMatch(
      new RegExp(`^app_config.log_file: ${logFile} cannot be written by user "?\\w+"?: EACCES`),
    );
    expect(status).toBe(78);
  });
});

/** Mounts a file system of 256 KiB on the folder until the test ends; false where that is not allowed. */
function mountSmallDisk(): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    return false;
  }
  const disk = folder;
  onTestFinished(() => void execFileSync('umount', [disk]));
  return true;
}

describe('a full disk', () => {
  it('does not stop the service, is reported once, and logging continues when there is space', async (context) => {
    needs(context, 'the right to mount a tmpfs', mountSmallDisk());
    const log = await open();
    writeFileSync(join(folder, 'ballast'), Buffer.alloc(200 * 1024));
    for (const n of range(0, 100)) log.logger.log('INFO', 'x'.repeat(900), { n });
    const said = stderr.filter((text) => text.includes('trying again'));
    const written = allNumbersOfPartial();
    rmSync(join(folder, 'ballast'));
    log.logger.log('INFO', 'again', { n: 100 });
    await log.close();

    expect(said).toHaveLength(1);
    expect(said[0]).toContain('ENOSPC');
    expect(written).toBeLessThan(100);
    expect(allNumbers()).toEqual(range(0, 101));
    expect(readFileSync(logFile, 'utf8')).toContain('"lost_lines":0');
  });

  it('that stays full does not delay the stop, and keeps the written lines', async (context) => {
    needs(context, 'the right to mount a tmpfs', mountSmallDisk());
    const log = await open();
    for (const n of range(0, 2000)) log.logger.log('INFO', 'x'.repeat(900), { n });
    await log.close();

    expect(stderr.filter((text) => text.includes('trying again'))).toHaveLength(1);
    expect(statSync(logFile).size).toBeGreaterThan(100 * 1024);
  });

  it('is written again without a restart when there is space, with the number of lost lines', async (context) => {
    needs(context, 'the right to mount a tmpfs', mountSmallDisk());
    const log = await open();
    writeFileSync(join(folder, 'ballast'), Buffer.alloc(200 * 1024));
    for (const n of range(0, 100)) log.logger.log('INFO', 'x'.repeat(900), { n });
    rmSync(join(folder, 'ballast'));
    await eventually(() => expect(readFileSync(logFile, 'utf8')).toContain('lost_lines'));
    const numbers = allNumbers();
    await log.close();

    expect(numbers).toEqual(range(0, 100));
  });
});

/** How many whole lines are on the disk: the last may be cut where the disk was full. */
function allNumbersOfPartial(): number {
  return readFileSync(logFile, 'utf8').split('\n').length - 1;
}
