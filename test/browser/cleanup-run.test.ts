import { describe, expect, it } from 'vitest';
import { breakable } from '../support/breakable.ts';
import { startDemo } from '../support/demo.ts';
import { BUILDS, firstDeleted, planBuilds, startCleanup, startWithBuilds } from './builds.ts';
import { useChromium } from './chromium.ts';
import { confirmPlan, logIn, logOutButton } from './visitor.ts';

const open = useChromium();
const SAME_KEY = { session_key: 'a-key-that-two-services-of-a-test-share' };

describe('a page that follows a cleanup', () => {
  it('says when the connection is lost, and goes on by itself when it is back', async () => {
    const { url, letGo } = await startWithBuilds();
    const way = await breakable(url);
    const { page } = await open({ baseURL: way.url });
    await logIn(page);
    await startCleanup(page);

    way.cut();
    const alert = page.getByRole('alert').getByText('The connection to the service is lost');
    await alert.waitFor();
    way.leadTo(url);

    await alert.waitFor({ state: 'hidden' });
    letGo();
    await page.getByText(`Done: ${BUILDS} artifacts deleted.`).waitFor();
  });

  it('says what to do when the service has restarted, and knows the cleanup no more', async () => {
    const { url } = await startWithBuilds({ uiConfig: SAME_KEY });
    const restarted = await startDemo({ uiConfig: SAME_KEY });
    const way = await breakable(url);
    const { page } = await open({ baseURL: way.url, expectedStatuses: [404] });
    await logIn(page);
    await startCleanup(page);

    way.cut();
    await page.getByRole('alert').getByText('The connection to the service is lost').waitFor();
    way.leadTo(restarted.url);

    await page.getByRole('heading', { level: 1, name: 'Not found' }).waitFor();
    await page
      .getByRole('main')
      .getByRole('link', { name: /journal/ })
      .click();
    await page.getByRole('heading', { level: 1, name: 'Journal' }).waitFor();
  });

  it('asks for a login when the service has restarted with another key for sessions', async () => {
    const { url } = await startWithBuilds();
    const restarted = await startDemo();
    const way = await breakable(url);
    const { page } = await open({ baseURL: way.url, expectedStatuses: [401] });
    await logIn(page);
    await startCleanup(page);

    way.cut();
    way.leadTo(restarted.url);

    await page.getByRole('heading', { level: 1, name: 'Log in' }).waitFor();
  });
});

describe('in two tabs', () => {
  it('the same plan is applied once, both follow it, and either stops it', async () => {
    const { url, standIn, letGo } = await startWithBuilds();
    const { page, context, complaints } = await open({ baseURL: url });
    await logIn(page);
    const other = await context.newPage();
    await planBuilds(page);
    await planBuilds(other);

    await confirmPlan(page);
    await page.getByRole('heading', { level: 1, name: 'Cleanup run' }).waitFor();
    await confirmPlan(other);
    await other.getByRole('heading', { level: 1, name: 'Cleanup run' }).waitFor();
    expect(other.url()).toBe(page.url());
    await firstDeleted(other);
    await other.getByRole('button', { name: 'Stop' }).click();
    await page.getByText('Stopping: ').waitFor();
    letGo();

    await page.getByText(/Stopped: \d+ artifacts? deleted/).waitFor();
    await other.getByText(/Stopped: \d+ artifacts? deleted/).waitFor();
    const deleted = standIn?.deletions.map(({ digest }) => digest) ?? [];
    expect(new Set(deleted).size).toBe(deleted.length);
    expect(complaints).toEqual([]);
  });

  it('a log-out in one of them takes the right to delete from the other', async () => {
    const { url, standIn } = await startWithBuilds();
    const { page, context, complaints } = await open({ baseURL: url, expectedStatuses: [401] });
    await logIn(page);
    const other = await context.newPage();
    await planBuilds(other);

    await logOutButton(page).click();
    await page.getByRole('link', { name: 'Log in' }).first().waitFor();
    await confirmPlan(other);

    await other.getByRole('heading', { level: 1, name: 'Log in' }).waitFor();
    expect(standIn?.deletions).toEqual([]);
    expect(complaints).toEqual([]);
  });
});
