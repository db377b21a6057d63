import { describe, expect, it } from 'vitest';
import { startDemo } from '../support/demo.ts';
import { useChromium } from './chromium.ts';
import { logIn, phraseToType } from './visitor.ts';

const open = useChromium();

const OLD = '/ui/artifacts/platform/apps/web/frontend/2.3.9';

describe.each([
  { script: 'with JavaScript', javaScriptEnabled: true },
  { script: 'without JavaScript', javaScriptEnabled: false },
])('a deletion $script', ({ javaScriptEnabled }) => {
  it('is planned, then done, and is in the journal', async () => {
    const { url, startLastNode, standIn } = await startDemo();
    await startLastNode();
    const { page, complaints } = await open({ baseURL: url, javaScriptEnabled });
    await logIn(page);

    await page.goto(OLD);
    await page.getByRole('link', { name: 'Plan its deletion' }).click();
    await page.getByText('No guard of this service prevents the deletion.').waitFor();
    await page.getByRole('button', { name: 'Delete the artifact' }).click();
    await page.getByRole('heading', { level: 1, name: / deleted$/ }).waitFor();
    await page.getByRole('link', { name: 'See its line in the journal' }).click();

    await page.getByRole('heading', { level: 1, name: 'Journal' }).waitFor();
    expect(await page.getByRole('main').innerText()).toContain('2.3.9');
    expect(standIn?.deletions).toHaveLength(1);
    expect(complaints).toEqual([]);
  });

  it('that is prevented says why, and is forced only with a reason and the typed reference', async () => {
    const { url, standIn } = await startDemo(); // with a node that is down
    const { page } = await open({ baseURL: url, javaScriptEnabled, expectedStatuses: [422] });
    await logIn(page);

    await page.goto(`${OLD}/deletion`);
    await page.getByRole('alert').getByText('It is not known whether it is in use').waitFor();
    expect(await page.getByRole('button', { name: 'Delete the artifact' }).count()).toBe(0);
    await page.getByRole('link', { name: 'override the guards' }).click();
    const phrase = await phraseToType(page);
    await page.getByLabel('Reason').fill('no node has it any more');
    await page.getByLabel('to confirm').fill('something else');
    await page.getByRole('button', { name: 'Delete the artifact' }).click();
    await page.getByLabel('to confirm').waitFor();
    expect(standIn?.deletions).toEqual([]);

    await page.getByLabel('Reason').fill('no node has it any more');
    await page.getByLabel('to confirm').fill(phrase);
    await page.getByRole('button', { name: 'Delete the artifact' }).click();

    await page.getByRole('heading', { level: 1, name: / deleted$/ }).waitFor();
    expect(standIn?.deletions).toHaveLength(1);
  });
});

it('without a login, the plan is shown, and the deletion explained', async () => {
  const { url } = await startDemo();
  const { page, complaints } = await open({ baseURL: url });

  await page.goto(`${OLD}/deletion`);

  expect(await page.getByRole('button', { name: /Delete/ }).count()).toBe(0);
  const logInLink = page.getByRole('main').getByRole('link', { name: 'Log in' });
  expect(await logInLink.getAttribute('href')).toContain('/ui/login?next=');
  expect(complaints).toEqual([]);
});
