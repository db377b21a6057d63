/** What a visitor of the pages does. */
import type { Page } from 'playwright-core';

/** The `write_token` of the demo. */
export const DEMO_TOKEN = 'demo-write-token';

/** Logs in with the form, and waits for the page after it. */
export async function logIn(page: Page, token: string = DEMO_TOKEN): Promise<void> {
  await page.goto('/ui/login');
  await page.getByLabel('Token').fill(token);
  await page.getByRole('main').getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('button', { name: 'Log out' }).waitFor();
}
