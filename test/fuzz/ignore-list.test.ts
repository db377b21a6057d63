/** The CSV of the ignore list. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseIgnoreList } from '../../shared/domain/local-images/parse-ignore-list.ts';
import { holds } from './fuzz.ts';
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
