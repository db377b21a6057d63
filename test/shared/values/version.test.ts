import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { VERSION } from '../../../shared/values/version.ts';

it("is package.json's", () => {
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');

  expect(VERSION).toBe(JSON.parse(text).version);
});
