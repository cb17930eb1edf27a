// Schedules: made with a preview, run, paused, changed, deleted.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ask, screenshot, until, visits } from './chromium.mjs';

const visit = visits();

it('a schedule is made with its next runs in sight, run at once, paused, changed and deleted', async () => {
  const { page } = visit;
  visit.expect(/422/);
  await page.goto('/');
  await page.getByRole('navigation').getByRole('link', { name: 'Schedules' }).click();
  await page.getByRole('heading', { name: 'No schedules' }).waitFor();
  await page.getByRole('link', { name: 'New schedule' }).click();

  const preview = page.getByRole('region', { name: 'Next runs' });
  await page.getByLabel('Times', { exact: true }).fill('61 2 * * *');
  await preview.getByText('value 61 not in range').waitFor();
  await page.getByLabel('Times', { exact: true }).fill('30 2 * * *');
  await page.getByLabel('Time zone').fill('Australia/Lord_Howe');
  await preview.getByText('02:30 Australia/Lord_Howe').first().waitFor();
  assert.equal(await preview.getByRole('listitem').count(), 5);
  await page.getByLabel('Name').fill('nightly');
  await page.getByLabel('Handler').selectOption('echo');
  await page.getByRole('textbox', { name: /text/i }).fill('the sluice is closed');
  await screenshot(page, 'schedule-new');
  await page.getByRole('button', { name: 'Create' }).click();

  await page.getByRole('heading', { name: 'nightly' }).waitFor();
  await page.waitForURL(/schedules\/[0-9a-f]{32}$/);
  const id = page.url().split('/').at(-1);
  await page.getByRole('button', { name: 'Run now' }).click();
  await page.waitForURL(/tasks\/0-/);
  const task = page.url().split('/').at(-1);
  await until('the end of its task', async () => (await ask(`/api/v1/tasks/${task}`)).status === 'succeeded');

  await page.goto('/schedules');
  await page.locator(`a[href="/tasks/${task}"]`).waitFor();
  await page.getByRole('button', { name: 'Pause nightly' }).click();
  await page.getByText('nightly is paused.').waitFor();
  await screenshot(page, 'schedules');
  await page.getByRole('button', { name: 'Resume nightly' }).click();
  await page.getByText('nightly goes on.').waitFor();

  await page.getByRole('link', { name: 'nightly' }).click();
  await page.getByRole('link', { name: 'Edit' }).click();
  await page.getByLabel('Times', { exact: true }).fill('@hourly');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.waitForURL(`**/schedules/${id}`);
  await page.getByText('@hourly').waitFor();
  await screenshot(page, 'schedule');
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('button', { name: 'Delete it' }).click();
  await page.getByRole('heading', { name: 'No schedules' }).waitFor();
});
