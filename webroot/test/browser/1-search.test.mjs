// Search, as a person uses it.
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { it } from 'node:test';
import { ask, hitsOf, isInView, screenshot, text, until, visits } from './chromium.mjs';

const visit = visits();

it('search answers in the first minute, from the manual, before anything is uploaded', async () => {
  const { page } = visit;
  const pages = (await readdir(new URL('../../../docs', import.meta.url))).filter((name) => name.endsWith('.md'));
  await until('the manual to be read', async () => {
    const { items } = await ask('/api/v1/collections');
    return items[0]?.ready === pages.length;
  });
  await until('the manual to be found', async () => (await hitsOf('how is a task retried')).length > 0);

  await page.goto('/');
  await page.getByLabel('Search your documents').fill('how is a task retried');
  await page.keyboard.press('Enter');
  await page.locator('.result mark').first().waitFor();

  assert.match(page.url(), /\?q=how\+is\+a\+task\+retried$/);
  await page.getByRole('button', { name: 'Show scores' }).click();
  assert.match(await text(page.locator('.scores').first()), /fused/);
  await screenshot(page, 'search-manual');
});

it('search opens the document at the passage, with the words in bold', async () => {
  const { page } = visit;
  await page.goto('/?q=task');
  const title = page.locator('a.result-title').first();
  await title.waitFor();
  await title.click();

  const target = page.locator('.passage-target');
  await target.waitFor();
  await target.locator('mark').first().waitFor();
  assert.match(await text(target.locator('mark').first()), /task/i);
  assert.ok(await isInView(target), 'the passage is in view');
});

it('search keeps everything asked in the address, so that back and reload bring it again', async () => {
  const { page } = visit;
  await page.goto('/');
  await page.getByLabel('Search your documents').fill('queue');
  await page.keyboard.press('Enter');
  await page.locator('.result').first().waitFor();
  await page.getByText('Keyword', { exact: true }).click();
  await page.waitForURL(/mode=keyword/);
  await page.getByText('by words alone').waitFor();

  await page.reload();
  await page.getByText('by words alone').waitFor();
  assert.equal(await page.getByLabel('Search your documents').inputValue(), 'queue');
  await page.goBack();
  await page.getByText('by words and meaning').waitFor();
});

it('search says why nothing was found', async () => {
  const { page } = visit;
  await page.goto('/?q=xyzzyplugh&mode=keyword');

  await page.getByRole('heading', { name: 'Nothing found' }).waitFor();
  await screenshot(page, 'search-nothing');
});

it('search narrows by type, says that this is why nothing was found, and takes it off again', async () => {
  const { page } = visit;
  await page.goto('/?q=task&type=text/html');
  await page.getByRole('heading', { name: 'Nothing found' }).waitFor();
  await page.getByText('and is HTML').waitFor();
  await page.getByText(/finds \d+ passages/).waitFor();
  await screenshot(page, 'search-narrowed');

  await page.getByRole('button', { name: 'Drop the filters' }).click();
  await page.locator('.result').first().waitFor();
  assert.match(page.url(), /\?q=task$/);
});

it('search says what is wrong when a part is away, and finds again when it is back', async () => {
  const { page } = visit;
  visit.expect(/503/);
  const problem = { type: 'urn:millrace:problem:unavailable', title: 'A part is away', status: 503, detail: 'The index does not answer.' };
  await page.route('**/api/v1/search', (route) =>
    route.fulfill({ status: 503, contentType: 'application/problem+json', body: JSON.stringify(problem) }),
  );
  await page.goto('/?q=task');
  await page.getByRole('alert').getByText('The index does not answer.').waitFor();
  await screenshot(page, 'search-failing');

  await page.unroute('**/api/v1/search');
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.locator('.result').first().waitFor();
});

it('search can be used with the keyboard alone', async () => {
  const { page } = visit;
  await page.goto('/tasks');
  await page.getByRole('heading', { name: 'Tasks' }).waitFor();
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Skip to the page');
  await page.goto('/?q=task');
  await page.locator('.result').first().waitFor();
  await page.locator('body').click({ position: { x: 2, y: 400 } });

  await page.keyboard.press('/');
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute('type')), 'search');
  await page.locator('a.result-title').first().focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await page.locator('.passage-target').waitFor();
});
