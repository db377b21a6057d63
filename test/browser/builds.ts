/** A demo with many builds that a policy covers, whose deletions take a while. */
import type { Page } from 'playwright-core';
import type { Faults } from '../../demo/harbor/faults.ts';
import { demoRegistry } from '../../demo/registry.ts';
import { type DemoOptions, startDemo } from '../support/demo.ts';
import { confirmPlan } from './visitor.ts';

export const BUILDS = 40;

const slowDeletes: Faults = ({ method }) => (method === 'DELETE' ? { delayMs: 400 } : undefined);

/** Every node is up. */
export async function startWithBuilds(options: DemoOptions = {}) {
  const registry = demoRegistry();
  for (let build = 1; build <= BUILDS; build += 1)
    registry.push('data', 'jobs/builds', {
      tags: [`build-${build}`],
      sizeBytes: build * 1_000_000,
    });
  const demo = await startDemo({ ...options, harbor: { registry, faults: slowDeletes } });
  await demo.startLastNode();
  return demo;
}

export async function planBuilds(page: Page): Promise<void> {
  await page.goto('/ui/cleanup');
  await page.getByLabel('Tags').fill('build-*');
  await page.getByRole('button', { name: 'Show the plan' }).click();
  await page.getByRole('heading', { name: `${BUILDS} artifacts may be deleted` }).waitFor();
}

/** Starts the cleanup of all builds, and waits until some are deleted. */
export async function startCleanup(page: Page): Promise<void> {
  await planBuilds(page);
  await confirmPlan(page);
  await page.getByRole('heading', { level: 1, name: 'Cleanup run' }).waitFor();
  await progressBeyond(page, 1);
}

export async function progressBeyond(page: Page, artifacts: number): Promise<void> {
  await page.waitForFunction(
    (least) => (document.querySelector('progress')?.value ?? 0) > least,
    artifacts,
  );
}
