// After another start on the same data: what the first run of the pages left behind is still there.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { phrase } from '../samples.mjs';
import { text, visits } from '../chromium.mjs';

const visit = visits();

it('a restart leaves the log of a task whole', async () => {
  const { page } = visit;
  await page.goto('/tasks?q=quicksilver');
  await page.locator('.task-link').first().click();
  await page.locator('.event .status-succeeded').waitFor();

  const events = (await page.locator('.event-body').allInnerTexts()).map((one) => one.replaceAll(/\s+/g, ' '));
  assert.equal(events[0], 'Queued');
  assert.equal(events[1], 'Running');
  assert.ok(events.includes('sleep 6 of 6'), events.join('; '));
  assert.equal(events.at(-1), 'Succeeded');
});

it('a restart leaves documents and search as they were', async () => {
  const { page } = visit;
  await page.goto(`/?q=${encodeURIComponent(phrase)}`);
  await page.locator('.result mark').first().waitFor();

  assert.match(await text(page.locator('.result-file').first()), /garsdale\/pit-wheel/);
});
