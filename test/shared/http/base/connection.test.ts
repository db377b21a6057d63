import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Connection, sentPath } from '../../../../shared/http/base/connection.ts';

const pathOf = (target: string) =>
  sentPath(new Request('http://localhost/'), new Connection(target));

it.each([
  ['http://a', '/'],
  ['http://a?x=/nodes', '/'],
  ['HTTPS://a:1#/nodes', '/'],
  ['http://a/nodes?x=http://b/drift', '/nodes'],
  ['http://a/nodes#?', '/nodes'],
  ['/nodes?x=//a/drift', '/nodes'],
  ['//a/nodes', '//a/nodes'],
  ['*', '/'],
  ['*/nodes', '/'],
])('the path of the target %s is %s', (target, path) => {
  expect(pathOf(target)).toBe(path);
});

it('no path is taken out of an authority or a query', () => {
  const text = fc.string({ unit: fc.constantFrom(...'a:/@?&=.%') });
  const origin = fc.constantFrom('', 'http://a', 'https://a:5000', 'http://[::1]:80');
  const path = fc.constantFrom('', '/', '/nodes', '//a', '/a/../b');
  fc.assert(
    fc.property(origin, path, fc.constantFrom('?', '#'), text, (before, own, mark, after) => {
      fc.pre(before !== '' || own !== '');
      expect(pathOf(`${before}${own}${mark}${after}`)).toBe(own === '' ? '/' : own);
    }),
  );
});
