/** A demo with many builds that a policy covers. Only the first of them are deleted before the test lets the others go. */
import type { Page } from 'playwright-core';
import { demoRegistry } from '../../demo/registry.ts';
import { type DemoOptions, startDemo } from '../support/demo.ts';
import { confirmPlan } from './visitor.ts';

export const BUILDS = 40;
const FIRST = 2;

/** Every node is up. */
export async function startWithBuilds(options: DemoOptions = {}) {
  const registry = demoRegistry();
  for (let build = 1; build <= BUILDS; build += 1)
    registry.push('data', 'jobs/builds', {
      tags: [`build-${build}`],
      sizeBytes: build * 1_000_000,
    });
  const { held, letGo } = gate();
  let begun = 0;
  const demo = await startDemo({
    ...options,
    harbor: {
      registry,
      clock: { now: () => Date.now(), sleep: () => held },
      faults: ({ method, path }) => {
        if (method !== 'DELETE' || !path.includes('builds')) return undefined;
        begun += 1;
        return begun > FIRST ? { delayMs: 1 } : undefined;
      },
    },
  });
  await demo.startLastNode();
  return { ...demo, letGo };
}

function gate() {
  let letGo = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  return { held, letGo: () => letGo() };
}

export async function planBuilds(page: Page): Promise<void> {
  await page.goto('/ui/cleanup');
  await page.getByLabel('Tags').fill('build-*');
  await page.getByRole('button', { name: 'Show the plan' }).click();
  await page.getByRole('heading', { name: `${BUILDS} artifacts may be deleted` }).waitFor();
}

/** Starts the cleanup of all builds, and waits until the first are deleted. */
export async function startCleanup(page: Page): Promise<void> {
  await planBuilds(page);
  await confirmPlan(page);
  await page.getByRole('heading', { level: 1, name: 'Cleanup run' }).waitFor();
  await firstDeleted(page);
}

/** Waits until a page shows that the first are deleted. */
async function firstDeleted(page: Page): Promise<void> {
  await page.waitForFunction((count) => document.querySelector('progress')?.value === count, FIRST);
}
