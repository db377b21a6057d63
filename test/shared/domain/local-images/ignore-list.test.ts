import { describe, expect, it } from 'vitest';
import { parseIgnoreList } from '../../../../shared/domain/local-images/parse-ignore-list.ts';

const ID = '91e65becf52108d5f79bbbf5f03d315d7145881ad0c9f3383111061db4bfcb58';
const nginx = { id: ID, repository: 'docker.io/library/nginx', tag: '1.27' };
const untagged = { id: ID, repository: 'ghcr.io/acme/orphan', tag: '<none>' };

/** The list of a text that must be valid. */
function listOf(text: string) {
  const { list, warnings, failed } = parseIgnoreList(text);
  expect({ warnings, failed }).toEqual({ warnings: [], failed: false });
  return list;
}

describe('a row with an image id', () => {
  it.each([
    ['the full id', ID],
    ['the id with sha256:', `sha256:${ID}`],
    ['the 13 characters of the table', ID.slice(0, 13)],
    ['12 characters', ID.slice(0, 12)],
    ['an id in capitals', ID.slice(0, 20).toUpperCase()],
  ])('matches by %s', (_, id) => {
    expect(listOf(`IMAGE ID\n${id}\n`).matches(nginx)).toBe(true);
  });

  it('does not match an id that differs after 12 characters', () => {
    expect(listOf(`IMAGE ID\n${ID.slice(0, 12)}000\n`).matches(nginx)).toBe(false);
  });

  it('finds each of two ids with the same beginning', () => {
    const list = listOf(`IMAGE ID\n${ID.slice(0, 12)}000\n${ID.slice(0, 15)}\n`);
    expect(list.matches(nginx)).toBe(true);
  });

  it('matches by the id alone, and ignores the other columns', () => {
    const list = listOf(`REPOSITORY,TAG,IMAGE ID\nother,9,${ID.slice(0, 13)}\n`);
    expect(list.matches(nginx)).toBe(true);
    expect(list.matches({ id: 'f'.repeat(64), repository: 'other', tag: '9' })).toBe(false);
  });

  it.each([
    ['abcdef01234', 'the image id has fewer than 12 characters'],
    ['not-an-id-at-all', 'the image id is not hexadecimal'],
  ])('%s is skipped with a warning', (id, message) => {
    const { list, warnings } = parseIgnoreList(`IMAGE ID,REPOSITORY\n${id},*\n,a\n`);
    expect(warnings).toEqual([{ line: 2, message }]);
    expect(list.matches({ ...nginx, repository: 'a' })).toBe(true);
    expect(list.matches(nginx)).toBe(false);
  });
});

describe('a row without an image id', () => {
  it.each([
    ['docker.io/library/nginx,1.27', true],
    ['docker.io/library/nginx,', true],
    ['docker.io/library/nginx,*', true],
    ['docker.io/library/nginx,1.*', true],
    ['docker.io/library/nginx,1.2', false],
    ['docker.io/library/nginx,11.27', false],
    ['library/nginx,1.27', false],
    ['docker.io/*,', true],
    ['*/nginx,', true],
    ['*nginx*,1.27', true],
    ['d*/l*/n*x,*7', true],
    ['*,latest', false],
    ['*nginxx,', false],
    ['docker.io/library/nginx.,', false],
    ['docker.io/library/nginx*nginx,', false],
  ])('%s on docker.io/library/nginx:1.27: %s', (row, expected) => {
    expect(listOf(`REPOSITORY,TAG\n${row}\n`).matches(nginx)).toBe(expected);
  });

  it.each(['ghcr.io/acme/orphan,', 'ghcr.io/acme/orphan,*', 'ghcr.io/acme/orphan,<none>'])(
    '%s matches an image without a tag',
    (row) => {
      expect(listOf(`REPOSITORY,TAG\n${row}\n`).matches(untagged)).toBe(true);
    },
  );

  it('finds each of two rows for one repository', () => {
    const list = listOf(
      'REPOSITORY,TAG\ndocker.io/library/nginx,1\ndocker.io/library/nginx,1.27\n',
    );
    expect(list.matches(nginx)).toBe(true);
  });

  it('takes IMAGE for REPOSITORY, and any tag without a column TAG', () => {
    expect(listOf('IMAGE\ndocker.io/library/nginx\n').matches(nginx)).toBe(true);
  });

  it('that names nothing is skipped with a warning', () => {
    const { list, warnings } = parseIgnoreList('IMAGE ID,REPOSITORY,TAG\n,,v1\n');
    expect(warnings).toEqual([
      { line: 2, message: 'the row names neither an image id nor a repository' },
    ]);
    expect(list.matches({ ...nginx, tag: 'v1' })).toBe(false);
  });
});

describe('the file format', () => {
  it.each([
    ['quoted fields', `"IMAGE","TAG"\n"docker.io/library/nginx","1.27"\n`],
    ['CRLF', 'IMAGE,TAG\r\ndocker.io/library/nginx,1.27\r\n'],
    ['a BOM', '\uFEFFIMAGE,TAG\ndocker.io/library/nginx,1.27\n'],
    ['blank lines', '\nIMAGE,TAG\n\n  \ndocker.io/library/nginx,1.27\n\n'],
    ['lines of nothing but commas', 'IMAGE,TAG\n,\ndocker.io/library/nginx,1.27\n'],
    ['surrounding spaces', ' IMAGE , TAG \n docker.io/library/nginx , "1.27" \n'],
    ['no newline at the end', 'IMAGE,TAG\ndocker.io/library/nginx,1.27'],
    ['a header in small letters', 'image_id,image,tag\n,docker.io/library/nginx,1.27\n'],
    ['further columns', 'SIZE,IMAGE,X,TAG\n1MB,docker.io/library/nginx,,1.27\n'],
    [
      'a missing cell of a column that is not read',
      'IMAGE,TAG,SIZE\ndocker.io/library/nginx,1.27\n',
    ],
    ['surplus cells', 'IMAGE,TAG\ndocker.io/library/nginx,1.27,,\n'],
  ])('accepts %s', (_, text) => {
    const list = listOf(text);
    expect(list.matches(nginx)).toBe(true);
    expect(list.matches({ ...nginx, tag: '1.28' })).toBe(false);
  });

  it('skips a row that is too short, with its line, and keeps the others', () => {
    const text = 'IMAGE,TAG,IMAGE ID\n"docker.io/library/nginx"\nghcr.io/acme/orphan,,\n';
    const { list, warnings, failed } = parseIgnoreList(text);
    expect({ warnings, failed }).toEqual({
      warnings: [{ line: 2, message: 'the row is too short' }],
      failed: false,
    });
    expect(list.matches(nginx)).toBe(false);
    expect(list.matches(untagged)).toBe(true);
  });

  it('is an empty list when there is only a header', () => {
    expect(listOf('IMAGE ID,REPOSITORY,TAG\n').matches(nginx)).toBe(false);
  });

  it.each([
    ['an empty text', '', 1, 'the file is empty'],
    ['blank lines only', '\n \n', 1, 'the file is empty'],
    [
      'no usable column',
      '\nTAG,SIZE\n1.27,1MB\n',
      2,
      'the header has no column IMAGE ID, REPOSITORY or IMAGE',
    ],
    [
      'a table instead of CSV',
      'IMAGE    TAG    IMAGE ID    SIZE\nnginx    1    abc    1MB\n',
      1,
      'the header has no column IMAGE ID, REPOSITORY or IMAGE',
    ],
    [
      'an open quote',
      'IMAGE,TAG\na,1\n"b,2\nc,3\n',
      4,
      'it is not valid CSV (CSV_QUOTE_NOT_CLOSED)',
    ],
    [
      'text after a quote',
      'IMAGE,TAG\n"a"x,1\n',
      2,
      'it is not valid CSV (CSV_INVALID_CLOSING_QUOTE)',
    ],
  ])('fails as a whole on %s, and names the line', (_, text, line, message) => {
    const { list, warnings, failed } = parseIgnoreList(text);
    expect({ warnings, failed }).toEqual({ warnings: [{ line, message }], failed: true });
    expect(list.matches(nginx)).toBe(false);
  });
});

describe('the row that hides an image', () => {
  const text = [
    'REPOSITORY,TAG,IMAGE ID',
    '',
    `,,sha256:${ID}`,
    'docker.io/library/nginx, 1.2*,',
    '"ghcr.io/*",,',
  ].join('\r\n');

  it.each([
    ['by its id', nginx, { line: 3, text: `,,sha256:${ID}` }],
    [
      'by its name',
      { ...nginx, id: 'f'.repeat(64) },
      { line: 4, text: 'docker.io/library/nginx,1.2*,' },
    ],
    ['by a wildcard', { ...untagged, id: 'f'.repeat(64) }, { line: 5, text: 'ghcr.io/*,,' }],
  ])('is told with its line and text: %s', (_, image, row) => {
    expect(listOf(text).rowThatHides(image)).toEqual(row);
  });

  it('is null for an image that is shown', () => {
    const other = { id: 'f'.repeat(64), repository: 'quay.io/a', tag: '1' };
    expect(listOf(text).rowThatHides(other)).toBeNull();
  });
});
