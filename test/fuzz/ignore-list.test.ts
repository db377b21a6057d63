/** The CSV of the ignore list. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseIgnoreList } from '../../shared/domain/local-images/parse-ignore-list.ts';
import { holds } from './fuzz.ts';
import { expectLinear } from './growth.ts';
import { anyText, mutated } from './texts.ts';

const ID = '91e65becf52108d5f79bbbf5f03d315d7145881ad0c9f3383111061db4bfcb58';
const VALID = [
  `REPOSITORY,TAG,IMAGE ID,SIZE\ndocker.io/library/nginx,1.27,${ID.slice(0, 13)},70MB\n"a,b","*",,\n`,
  `IMAGE ID\r\nsha256:${ID}\r\n\r\n${ID.slice(0, 12)}\r\n`,
  '\uFEFFimage_id , IMAGE, TAG\n,"*/pause*", \n,registry.k8s.io/*,3.9\n',
];
const image = fc.record({ id: anyText, repository: anyText, tag: anyText });

it('a bad list is read without throwing, and hides an image only by a row that it has', () => {
  holds(fc.tuple(mutated(VALID), image), ([text, given]) => {
    const { list, warnings, failed } = parseIgnoreList(text);
    const row = list.rowThatHides(given);
    expect(list.matches(given)).toBe(row !== null);
    expect(row === null || (!failed && row.line > 1)).toBe(true);
    const lines = text.split(/\r\n|\r|\n/).length;
    expect(warnings.filter(({ line }) => line < 1 || line > lines)).toEqual([]);
    expect(failed ? warnings.length : 1).toBe(1);
  });
});

it('a list that failed hides nothing', () => {
  holds(fc.tuple(fc.string({ unit: 'binary' }), image), ([text, given]) => {
    const { list } = parseIgnoreList(`\u0000${text}`);
    expect(list.matches(given)).toBe(false);
  });
});

describe('the time for a list grows with its size:', () => {
  const row = 'docker.io/library/nginx,1.27\n';
  it.each<[string, (size: number) => string]>([
    ['rows', (n) => `IMAGE,TAG\n${row.repeat(n / row.length)}`],
    ['rows of ids', (n) => `IMAGE ID\n${`${ID}\n`.repeat(n / 65)}`],
    ['columns', (n) => `IMAGE,${'TAG,'.repeat(n / 4)}\n`],
    ['commas', (n) => `IMAGE\n${','.repeat(n)}`],
    ['quotes', (n) => `IMAGE\n${'"'.repeat(n)}`],
    ['an open quote', (n) => `IMAGE\n"${'a'.repeat(n)}`],
    ['quotes inside', (n) => `IMAGE\n"${'""'.repeat(n / 2)}"`],
    ['spaces', (n) => `IMAGE\n${' '.repeat(n)}a`],
    ['spaces behind', (n) => `IMAGE\na${' '.repeat(n)}b`],
    ['spaces of the header', (n) => `${'IMAGE '.repeat(n / 6)},TAG\n`],
    ['empty lines', (n) => `IMAGE\n${'\n'.repeat(n)}`],
    ['carriage returns', (n) => `IMAGE\n${'\r'.repeat(n)}`],
    ['byte order marks', (n) => '\uFEFF'.repeat(n)],
    ['wildcards', (n) => `IMAGE\n${'*a'.repeat(n / 2)}`],
  ])('%s', async (_, make) => {
    await expectLinear(make, parseIgnoreList);
  });

  it('a pattern', async () => {
    const list = (n: number) => parseIgnoreList(`IMAGE\n${'a*'.repeat(n / 2)}b\n`).list;
    const matching = (n: number) => ({ list: list(n), repository: 'a'.repeat(n) });
    await expectLinear(matching, ({ list, repository }) =>
      list.matches({ id: '', repository, tag: '' }),
    );
  });
});
