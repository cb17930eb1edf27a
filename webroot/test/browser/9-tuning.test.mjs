// Tuning: a document expected from the search, measured as it is and with other settings, compared, used and put back.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ask, screenshot, text, visits } from './chromium.mjs';

const visit = visits();

it('a question with its document is measured, tuned and put back', async () => {
  const { page } = visit;
  await page.goto('/tuning');
  await page.getByRole('heading', { name: 'No test sets' }).waitFor();
  await screenshot(page, 'tuning-empty');

  // From a hit.
  await page.goto('/?q=how+do+I+change+the+port&in=manual');
  const expect = page.getByRole('button', { name: /^Expect / }).first();
  await expect.waitFor();
  await screenshot(page, 'search-expect');
  await expect.click();
  await page.getByLabel('Name of the new test set').fill('questions');
  await screenshot(page, 'expect');
  await page.getByRole('button', { name: 'Expect it' }).click();
  await page.getByRole('link', { name: 'questions', exact: true }).click();
  await page.waitForURL(/tuning\/[0-9a-f]{32}$/);
  const id = page.url().split('/').at(-1);

  // By hand, with a document that is not there.
  await page.getByRole('button', { name: 'Add a query' }).click();
  await page.getByLabel('Query', { exact: true }).fill('how are tasks retried');
  await page.getByRole('button', { name: 'Find' }).click();
  await page.getByRole('button', { name: 'Expect', exact: true }).first().click();
  await screenshot(page, 'tuning-query');
  await page.getByRole('button', { name: 'Add it' }).click();
  await page.getByRole('heading', { name: '2 queries' }).waitFor();
  await ask(`/api/v1/test-sets/${id}/queries`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ queries: [{ query: 'where is it', expected: [{ collection: 'manual', document: 'gone.md' }] }] }),
  });
  await page.reload();
  await page.getByText('gone.md is missing').waitFor();

  await page.getByRole('button', { name: 'Measure as it is' }).click();
  const first = page.getByRole('row', { name: /Found in the first ten/ });
  await first.waitFor();
  assert.match(await text(first), /66\.7 %/);
  await screenshot(page, 'tuning-run');

  await page.getByRole('navigation').getByRole('link', { name: 'Tuning' }).click();
  await page.getByRole('link', { name: 'questions', exact: true }).click();
  await page.getByRole('button', { name: 'Try other settings' }).click();
  await page.getByLabel('Search by').selectOption('keyword');
  await screenshot(page, 'tuning-try');
  await page.getByRole('button', { name: 'Measure with these' }).click();
  await page.getByRole('row', { name: /nDCG@10/ }).waitFor();
  await page.getByLabel('Beside').selectOption({ index: 1 });
  await page.getByRole('list', { name: 'Queries compared' }).waitFor();
  await page.getByText(/→/).first().waitFor();
  await screenshot(page, 'tuning-compared');

  await page.getByRole('button', { name: 'Use the settings of this run' }).click();
  await page.getByText('go by these settings now').waitFor();
  await page.goto('/?q=how+do+I+change+the+port&in=manual');
  await page.getByText('by words alone').waitFor();
  assert.ok(await page.getByRole('radio', { name: 'Keyword' }).isChecked());

  await page.goto(`/tuning/${id}`);
  await page.getByRole('button', { name: 'Back to the usual' }).click();
  await page.getByText(/, as usual/).waitFor();
  await screenshot(page, 'tuning-set');
  await page.getByRole('button', { name: 'Rename' }).click();
  await page.keyboard.type('questions of March');
  await screenshot(page, 'tuning-rename');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'questions of March' }).waitFor();
  assert.equal((await ask(`/api/v1/test-sets/${id}`)).name, 'questions of March');
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByRole('button', { name: 'Delete it' }).click();
  await page.getByRole('heading', { name: 'No test sets' }).waitFor();
});
