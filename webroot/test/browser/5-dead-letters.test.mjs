// Dead letters: found, looked at, run again, deleted.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ask, screenshot, until, visits } from './chromium.mjs';

const visit = visits();

async function die(text) {
  const { id } = await ask('/api/v1/tasks', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ handler: 'echo', input: { text, fail: 'retryable' } }),
  });
  await until('its death', async () => (await ask(`/api/v1/tasks/${id}`)).status === 'dead');
  return id;
}

it('a dead task is found, looked at and run again, and its page follows both rounds', async () => {
  const { page } = visit;
  const id = await die('a jammed sluice');
  await page.goto('/');
  await page.getByRole('navigation').getByRole('link', { name: /Dead letters \d/ }).click();
  await page.getByRole('combobox', { name: 'Error' }).selectOption('unavailable');
  await page.waitForURL(/errorType=unavailable/);
  await screenshot(page, 'dead-letters');
  await page.locator(`a[href="/dead-letters/${id}"]`).click();
  await page.getByRole('alert').getByText('It was asked to fail for now.').waitFor();
  await page.getByRole('region', { name: 'input' }).getByText('a jammed sluice').waitFor();
  await screenshot(page, 'dead-letter');

  await page.getByRole('button', { name: 'Retry' }).click();
  await page.waitForURL(`**/tasks/${id}`);
  await until('its second death', async () => (await ask(`/api/v1/tasks/${id}`)).status === 'dead');
  const ends = page.locator('.event .status-dead');
  await until('both rounds to be shown', async () => (await ends.count()) === 2);
  await page.reload();
  await until('both rounds after a reload', async () => (await ends.count()) === 2);

  await page.getByRole('button', { name: 'Retry' }).click();
  await page.getByText('in round 3').waitFor();
});

it('all that match are counted, then run again; one that is deleted is gone', async () => {
  const { page } = visit;
  const deleted = await die('to be deleted');
  await page.goto('/dead-letters?handler=echo');
  await page.getByRole('button', { name: `Delete echo ${deleted}` }).click();
  await page.getByRole('button', { name: 'Delete it' }).click();
  await page.getByText('The dead letter is deleted.').waitFor();
  assert.equal(await page.locator(`a[href="/dead-letters/${deleted}"]`).count(), 0);

  const id = await die('to be retried');
  await page.locator(`a[href="/dead-letters/${id}"]`).waitFor();
  await page.getByRole('button', { name: 'Retry all that match' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText(/^\d+ dead letters?$/).waitFor();
  await screenshot(page, 'dead-letters-retry');
  await dialog.getByLabel('At most per second').fill('100');
  await dialog.getByRole('button', { name: /^Retry \d+ task/ }).click();
  await page.getByText(/tasks? (is|are) queued again/).waitFor();
  await until('its second round', async () => (await ask(`/api/v1/tasks/${id}`)).round === 2);
});
