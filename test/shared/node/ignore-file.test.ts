import { mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { watchIgnoreFile } from '../../../shared/node/ignore-file.ts';
import type { Logger } from '../../../shared/ports/logger.ts';
import { testFolder } from '../../support/folder.ts';

const image = { id: 'a'.repeat(64), repository: 'docker.io/library/nginx', tag: '1.27' };
const GOOD = 'REPOSITORY\ndocker.io/library/nginx\n';

let folder: string;
let path: string;
let lines: string[];
const log: Logger['log'] = (level, msg) => lines.push(`${level} ${msg}`);
const logger: Logger = {
  enabled: () => true,
  log,
  always: log,
  child: () => logger,
};

beforeEach(() => {
  folder = testFolder();
  path = join(folder, 'images_to_ignore.txt');
  lines = [];
});

describe('watchIgnoreFile', () => {
  it('keeps the last good list when the file is larger than 1 MiB, and names it', () => {
    const row = 'docker.io/library/nginx\n';
    writeFileSync(path, GOOD);
    const ignoreList = watchIgnoreFile({ path, logger });
    ignoreList();
    writeFileSync(path, `REPOSITORY\n${row.repeat(Math.ceil((1024 * 1024) / row.length))}`);

    expect(ignoreList().matches(image)).toBe(true);
    expect(lines).toEqual([
      `WARNING ignore list ${path}, line 1: it is larger than 1 MiB; the last good list remains in effect`,
    ]);
  });

  it('ignores nothing when the file does not exist, and says so once', () => {
    const ignoreList = watchIgnoreFile({ path, logger });
    expect(ignoreList().matches(image)).toBe(false);
    expect(lines).toEqual([
      `WARNING ignore list ${path}: the file does not exist; nothing is ignored`,
    ]);
  });

  it('takes an edit in place that leaves size and time as they were', () => {
    writeFileSync(path, 'REPOSITORY\ndocker.io/library/nginy\n');
    const time = new Date();
    utimesSync(path, time, time);
    const ignoreList = watchIgnoreFile({ path, logger });
    expect(ignoreList().matches(image)).toBe(false);

    writeFileSync(path, GOOD);
    utimesSync(path, time, time);
    expect(ignoreList().matches(image)).toBe(true);
  });

  it('takes a file that was renamed into its place with the same size and time', () => {
    const long = new Date(1_700_000_000_000);
    writeFileSync(path, 'REPOSITORY\ndocker.io/library/nginy\n');
    utimesSync(path, long, long);
    const ignoreList = watchIgnoreFile({ path, logger });
    expect(ignoreList().matches(image)).toBe(false);

    writeFileSync(`${path}.new`, GOOD);
    utimesSync(`${path}.new`, long, long);
    renameSync(`${path}.new`, path);
    expect(ignoreList().matches(image)).toBe(true);
  });

  it('answers the same list as long as the file is the same', () => {
    writeFileSync(path, GOOD);
    utimesSync(path, new Date(1_700_000_000_000), new Date(1_700_000_000_000));
    const ignoreList = watchIgnoreFile({ path, logger });
    expect(ignoreList()).toBe(ignoreList());
  });

  it('is an empty list once the file is deleted, and says so', () => {
    writeFileSync(path, GOOD);
    const ignoreList = watchIgnoreFile({ path, logger });
    expect(ignoreList().matches(image)).toBe(true);

    rmSync(path);
    expect(ignoreList().matches(image)).toBe(false);
    expect(lines).toEqual([
      `WARNING ignore list ${path}: the file does not exist; nothing is ignored`,
    ]);
  });

  it('ignores nothing when the first file does not parse, and says so once', () => {
    writeFileSync(path, 'REPOSITORY\n"docker.io\n');
    const ignoreList = watchIgnoreFile({ path, logger });
    expect([ignoreList().matches(image), ignoreList().matches(image)]).toEqual([false, false]);
    expect(lines).toEqual([
      `WARNING ignore list ${path}, line 2: it is not valid CSV (CSV_QUOTE_NOT_CLOSED); ` +
        'the last good list remains in effect',
    ]);
  });

  it.each([
    ['does not parse', 'REPOSITORY\n"docker.io\n'],
    ['is empty', ''],
    ['has no usable column', 'SIZE\n1MB\n'],
  ])('keeps the last good list when the file %s, with one warning for each state', (_, bad) => {
    writeFileSync(path, GOOD);
    const ignoreList = watchIgnoreFile({ path, logger });
    ignoreList();

    writeFileSync(path, bad);
    expect([ignoreList().matches(image), ignoreList().matches(image)]).toEqual([true, true]);
    expect(lines).toHaveLength(1);

    writeFileSync(path, `${bad}\n\n`);
    expect(ignoreList().matches(image)).toBe(true);
    expect(lines).toHaveLength(2);
  });

  it('keeps the last good list when a folder takes the place of the file', () => {
    writeFileSync(path, GOOD);
    const ignoreList = watchIgnoreFile({ path, logger });
    ignoreList();

    rmSync(path);
    mkdirSync(path);
    expect(ignoreList().matches(image)).toBe(true);
    expect(lines).toEqual([
      `WARNING ignore list ${path}, line 1: it is not a regular file; the last good list remains in effect`,
    ]);
  });

  it('names each skipped row, and no more than ten of them', () => {
    writeFileSync(path, `IMAGE ID,TAG\n${'short\n'.repeat(12)}`);
    const ignoreList = watchIgnoreFile({ path, logger });
    ignoreList();
    expect(lines).toHaveLength(11);
    expect(lines[0]).toBe(
      `WARNING ignore list ${path}, line 2: the row is too short; the row is skipped`,
    );
    expect(lines[10]).toBe(`WARNING ignore list ${path}: 2 more rows are skipped`);
  });
});
