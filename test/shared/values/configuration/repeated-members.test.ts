import { describe, expect, it } from 'vitest';
import { repeatedMembers } from '../../../../shared/values/configuration/repeated-members.ts';

describe('repeatedMembers', () => {
  it.each([
    ['a value', '7', []],
    ['different members', '{"a":{"x":1},"b":{"x":1}}', []],
    ['a member twice', '{"a":1,"b":2,"a":3}', ['a']],
    ['a member of a member', '{"a":{"b":{"x":{}, "x":[]}},"c":1}', ['a.b.x']],
    ['objects in an array', '{"a":[{"b":1},{"b":2},{"c":1,"c":2}]}', ['a.c']],
    ['the same name with an escape', '{"a":1,"\\u0061":2}', ['a']],
    ['names in texts', '{"a":"\\"a\\":{}","b":"a"}', []],
    ['names of objects themselves', '{"__proto__":1,"constructor":2,"__proto__":3}', ['__proto__']],
  ])('finds in %s what JSON.parse would lose', (_, json, expected) => {
    expect(repeatedMembers(json)).toEqual(expected);
  });
});
