import { describe, expect, it } from 'vitest';
import { deletionQuerySchema } from '../../shared/deletion/options.ts';
import { parseQuery, readQuery } from '../../shared/query.ts';

const read = (query: string) =>
  readQuery(parseQuery(`http://localhost/x?${query}`), deletionQuerySchema, {
    dry_run: 'expected true or false',
    tag_only: 'expected true or false',
    force: 'expected true or false',
  });

describe('readQuery', () => {
  it.each([
    ['foo=1', 'foo: unknown; this takes dry_run, tag_only, force'],
    ['__proto__=1', '__proto__: unknown; this takes dry_run, tag_only, force'],
    ['constructor=1', 'constructor: unknown; this takes dry_run, tag_only, force'],
    ['dry_run=true&dry_run=true', 'dry_run: may be given once'],
    ['dry_run=1', 'dry_run: expected true or false'],
    ['dry_run', 'dry_run: expected true or false'],
    ['force=%zz', 'query: holds a broken percent escape; encode it as UTF-8'],
    ['force=%ff', 'query: holds a broken percent escape; encode it as UTF-8'],
  ])('refuses ?%s', (query, detail) => {
    expect(() => read(query)).toThrow(detail);
  });

  it('reads what the schema takes', () => {
    expect(read('dry_run=true&force=false')).toEqual({ dry_run: true, force: false });
  });
});
