/** What a visitor of the pages does. */
import type { Page } from 'playwright-core';

/** The `write_token` of the demo. */
export const DEMO_TOKEN = 'demo-write-token';

export const logInButton = (page: Page) =>
  page.getByRole('main').getByRole('button', { name: 'Log in' });
export const logOutButton = (page: Page) => page.getByRole('button', { name: 'Log out' });

/** Logs in with the form, and waits for the page after it. */
export async function logIn(page: Page, token: string = DEMO_TOKEN): Promise<void> {
  await page.goto('/ui/login');
  await page.getByLabel('Token').fill(token);
  await logInButton(page).click();
  await logOutButton(page).waitFor();
}

/** What the form of the page wants to be typed before it deletes. */
export async function phraseToType(page: Page): Promise<string> {
  return page
    .locator('label')
    .filter({ hasText: 'to confirm' })
    .locator('strong, code')
    .innerText();
}

/** Types what confirms the plan, and sends it. */
export async function confirmPlan(page: Page): Promise<void> {
  await page.getByLabel('to confirm').fill(await phraseToType(page));
  await page.getByRole('button', { name: /^Delete/ }).click();
}
