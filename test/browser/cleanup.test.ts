import { describe, expect, it } from 'vitest';
import { breakable } from '../support/breakable.ts';
import { startDemo } from '../support/demo.ts';
import { BUILDS, planBuilds, startCleanup, startWithBuilds } from './builds.ts';
import { useChromium } from './chromium.ts';
import { confirmPlan, logIn } from './visitor.ts';

const open = useChromium();
const SAME_KEY = { session_key: 'a-key-that-two-services-of-a-test-share' };

describe.each([
  { script: 'with JavaScript', javaScriptEnabled: true },
  { script: 'without JavaScript', javaScriptEnabled: false },
])('a cleanup $script', ({ javaScriptEnabled }) => {
  it('is planned, confirmed, followed and stopped', async () => {
    const { url, standIn, letGo } = await startWithBuilds();
    const { page, complaints } = await open({ baseURL: url, javaScriptEnabled });
    await logIn(page);
    await planBuilds(page);

    await confirmPlan(page);
    await page.getByRole('heading', { level: 1, name: 'Cleanup run' }).waitFor();
    await expect
      .poll(async () => Number(await page.getByRole('progressbar').getAttribute('value')))
      .toBe(2);
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByText('Stopping: ').waitFor();
    letGo();

    await page.getByText(/Stopped: \d+ artifacts? deleted/).waitFor();
    expect(standIn?.deletions.length).toBeLessThan(BUILDS);
    expect(standIn?.deletions.length).toBeGreaterThan(1);
    expect(complaints).toEqual([]);
  });
});

describe('a page that follows a cleanup', () => {
  it('says when its events are lost, until they come again', async () => {
    const { url } = await startWithBuilds();
    const { page } = await open({ baseURL: url });
    await logIn(page);
    await planBuilds(page);
    const fates = ['end', 'fail', 'fail'];
    await page.route('**/events', (route) => {
      const fate = fates.shift();
      if (fate === 'end') return route.fulfill({ contentType: 'text/event-stream', body: ':\n\n' });
      return fate === 'fail' ? route.abort() : route.continue();
    });

    await confirmPlan(page);

    const failure = page.locator('#failure');
    await failure.getByText('The connection to the service is lost').waitFor();
    await expect.poll(() => failure.textContent()).toBe('');
    expect(fates).toEqual([]);
  });

  it('goes on by itself when the service is back, and says what to do when it knows the cleanup no more', async () => {
    const { url } = await startWithBuilds({ uiConfig: SAME_KEY });
    const restarted = await startDemo({ uiConfig: SAME_KEY });
    const way = await breakable(url);
    const { page } = await open({ baseURL: way.url, expectedStatuses: [404] });
    await logIn(page);
    await startCleanup(page);
    const alert = page.getByRole('alert').getByText('The connection to the service is lost');

    way.cut();
    await alert.waitFor();
    way.leadTo(url);
    await alert.waitFor({ state: 'hidden' });
    way.cut();
    way.leadTo(restarted.url);

    await page.getByRole('heading', { level: 1, name: 'Not found' }).waitFor();
    const journal = page.getByRole('main').getByRole('link', { name: /journal/ });
    await journal.click();
    await page.getByRole('heading', { level: 1, name: 'Journal' }).waitFor();
  });
});
