/** The pages of a cleanup, over a repository of four artifacts, and a visitor of them. */
import { expect } from 'vitest';
import type { Clock } from '../../demo/harbor/clock.ts';
import type { Faults } from '../../demo/harbor/faults.ts';
import { artifactsWith, type CleanupOptions, createCleanupService, WRITE } from './cleanup.ts';
import { eventually } from './eventually.ts';
import { hiddenFields } from './html.ts';
import { browserOf } from './visitor.ts';

const FOUR = artifactsWith(['v1'], ['v2'], ['v3'], ['v4']);
export const TEN = artifactsWith(...Array.from({ length: 10 }, (_, index) => [`v${index}`]));
export const ALL = '/ui/cleanup?tags=*';

/** A service with a visitor who may delete, at the page of the cleanup. */
export async function cleanupPages(options: Partial<CleanupOptions> = {}) {
  const service = createCleanupService({ artifacts: FOUR, ...options });
  const browser = browserOf(service.get);
  await browser.logIn(WRITE);
  /** The form of a plan, filled in. */
  const formOf = async (
    fields: Readonly<Record<string, string>> = {},
  ): Promise<Record<string, string>> => {
    const { html, text } = await browser.open(ALL);
    const count = /(\d+) artifacts? may be deleted/.exec(text)?.[1] ?? '';
    return {
      ...hiddenFields(html, ALL),
      confirmation: `delete ${count} artifacts`,
      ...fields,
    };
  };
  const start = async (fields: Readonly<Record<string, string>> = {}) => {
    const started = await browser.send(ALL, await formOf(fields));
    expect(started.status).toBe(303);
    return started.headers.get('location') ?? '';
  };
  const ended = (path: string) =>
    eventually(async () => {
      const page = await browser.open(path);
      expect(page.text).toContain('What to do next');
      return page;
    });
  return { ...service, ...browser, formOf, start, ended };
}

/** Deletions that the test lets go on. */
export function heldDeletions() {
  let letGo = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  let begun = 0;
  const clock: Clock = { now: () => Date.now(), sleep: () => held };
  const faults: Faults = ({ method }) => {
    if (method !== 'DELETE') return undefined;
    begun += 1;
    return { delayMs: 1 };
  };
  return { harbor: { clock, faults }, letGo: () => letGo(), begun: () => begun };
}
