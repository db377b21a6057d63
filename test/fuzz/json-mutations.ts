/** JSON values that are changed: members dropped, repeated, renamed, moved, and of another type. */
import fc from 'fast-check';

const KEYS = ['__proto__', 'constructor', 'prototype', 'toString', '', 'length', 'then', '0'];

const VALUES: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  -0,
  1e21,
  Number.MAX_SAFE_INTEGER + 2,
  Number.MAX_VALUE,
  '',
  'a\u0000b',
  '\ud800',
  '\u009b31m\u2028\u202e',
  '..',
  '<none>',
  '__proto__',
  '1e400',
  '9'.repeat(400),
  'x'.repeat(5000),
  [],
  {},
  [[[[[[[[[[]]]]]]]]]],
  [null],
  { polluted: true },
];

type Container = Record<string, unknown> | unknown[];

/** Own, and in an array an element; also for `__proto__`, as `JSON.parse` makes it. */
function setOwn(target: object, key: string | number, value: unknown): void {
  const rest = { enumerable: true, configurable: true, writable: true };
  const name = Array.isArray(target) && !/^\d+$/.test(String(key)) ? 0 : key;
  // A copy, so that no value is inside itself after the next change.
  Object.defineProperty(target, name, { value: structuredClone(value), ...rest });
}

function containersOf(value: unknown, found: Container[] = []): Container[] {
  if (typeof value !== 'object' || value === null) return found;
  found.push(value as Container);
  for (const member of Object.values(value)) containersOf(member, found);
  return found;
}

const change = fc.record({
  where: fc.nat(),
  member: fc.nat(),
  kind: fc.constantFrom('drop', 'repeat', 'rename', 'replace', 'replace', 'add', 'pollute'),
  key: fc.oneof(fc.constantFrom(...KEYS), fc.string({ maxLength: 10 })),
  value: fc.oneof(fc.constantFrom(...VALUES), fc.jsonValue({ maxDepth: 3 })),
});
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

function applied(root: unknown, { where, member, kind, key, value }: Change): unknown {
  const containers = containersOf(root);
  const target = containers[where % Math.max(1, containers.length)];
  if (target === undefined) return structuredClone(value);
  const keys = Object.keys(target);
  const chosen = keys[member % Math.max(1, keys.length)];
  if (kind === 'pollute') setOwn(target, key, { polluted: true, constructor: { polluted: true } });
  else if (kind === 'add' || chosen === undefined) setOwn(target, key, value);
  else if (kind === 'drop') Reflect.deleteProperty(target, chosen);
  else if (kind === 'replace') setOwn(target, chosen, value);
  else if (kind === 'rename') {
    const moved: unknown = Reflect.get(target, chosen);
    Reflect.deleteProperty(target, chosen);
    setOwn(target, key, moved);
  } else if (Array.isArray(target)) target.push(...structuredClone(target.slice(0, 50)));
  else setOwn(target, key, Reflect.get(target, chosen));
  return root;
}

/** Values with up to four changes. They have `__proto__` as their own member, as `JSON.parse` makes it. */
export function mutatedJson(values: readonly unknown[]): fc.Arbitrary<unknown> {
  const texts = values.map((value) => JSON.stringify(value));
  return fc
    .tuple(fc.constantFrom(...texts), fc.array(change, { minLength: 1, maxLength: 4 }))
    .map(([text, changes]) => changes.reduce(applied, JSON.parse(text) as unknown));
}
