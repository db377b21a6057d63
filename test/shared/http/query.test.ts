import { expect, it } from 'vitest';
import * as z from 'zod/mini';
import { input } from '../../../shared/http/input.ts';

it.each([
  ['text', z.string()],
  ['an optional number', z.optional(z.int())],
  ['a number', z.int()],
])('a query parameter may be %s', (_, schema) => {
  expect(() => input({ query: z.object({ given: schema }) })).not.toThrow();
});

it('a query parameter of a type that no text is converted to is refused when the function is created', () => {
  const create = () => input({ query: z.object({ given: z.array(z.string()) }) });
  expect(create).toThrow('the query parameter given is of type array');
});
