import { expect, it } from 'vitest';
import { startDemo } from '../support/demo.ts';
import { useChromium } from './chromium.ts';
import { logIn } from './visitor.ts';

const open = useChromium();

it('a deletion is planned, then done, and is in the journal', async () => {
  const { url, startLastNode, standIn } = await startDemo();
  await startLastNode();
  const { page, complaints } = await open({ baseURL: url });
  await logIn(page);

  await page.goto('/ui/artifacts/platform/apps/web/frontend/2.3.9');
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
