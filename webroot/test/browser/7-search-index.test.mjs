// The search index: another generation built beside the live one, switched to, gone back from, and dropped.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ask, base, screenshot, text, until, visits } from './chromium.mjs';

const visit = visits();
const generations = async () => (await ask('/api/v1/generations')).items;

const search = () =>
  ask('/api/v1/search', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ query: 'how are tasks retried' }),
  });

it('a generation without a model is built, switched to, gone back from and dropped', async () => {
  const { page } = visit;
  const [before] = (await generations()).filter(({ state }) => state === 'live');
  await page.goto('/');
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Models' }).click();
  await page.getByRole('link', { name: 'Search index' }).click();
  const live = page.getByRole('article', { name: `Generation ${before.id}`, exact: true });
  await live.getByText('Live', { exact: true }).waitFor();
  await screenshot(page, 'index');

  await page.getByRole('button', { name: 'Build another' }).click();
  await page.getByLabel('Model', { exact: true }).selectOption('No model');
  await page.getByLabel('Switch to it when it is complete').uncheck();
  await screenshot(page, 'index-build');
  await page.getByRole('button', { name: 'Build it' }).click();
  const told = page.getByRole('status').getByText('is being built.');
  await told.waitFor();
  assert.equal(await page.evaluate(() => document.activeElement?.textContent?.trim()), (await text(told)).trim());
  const built = (await generations()).find(({ state }) => state === 'building');
  const card = page.getByRole('article', { name: `Generation ${built.id}`, exact: true });
  await card.getByText('Built', { exact: true }).waitFor();
  await page.getByRole('status').getByText(`Generation ${built.id} is built.`).waitFor();
  await screenshot(page, 'index-built');
  assert.ok((await search()).hits[0].scores.cosine !== undefined, 'the live one answers as before');

  // By the keyboard alone: Escape leaves it as it is.
  const change = card.getByRole('button', { name: 'Switch to it' });
  await change.press('Enter');
  await page.getByRole('dialog').waitFor();
  await screenshot(page, 'index-switch');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  assert.ok(await change.evaluate((node) => node === document.activeElement), 'the focus is where it was');
  await change.press('Enter');
  await page.getByRole('button', { name: 'Switch', exact: true }).press('Enter');
  await page.getByText(`Generation ${built.id} is live now.`).waitFor();
  await until('searches by words alone', async () => (await search()).hits[0].scores.cosine === undefined);

  // Another visitor goes back: this page hears of it without asking.
  let asked = 0;
  page.on('request', (request) => (asked += Number(new URL(request.url()).pathname === '/api/v1/generations')));
  const guest = await visit.open();
  const other = await guest.tab();
  await other.goto('/models/index');
  await other.getByRole('button', { name: `Go back to it: Generation ${before.id}` }).click();
  await other.getByRole('button', { name: 'Switch', exact: true }).click();
  await other.getByText(`Generation ${before.id} is live now.`).waitFor();
  await guest.context.close();
  assert.deepEqual(guest.complaints, []);
  await page.getByText(`Generation ${before.id} is live now.`).waitFor();
  await card.getByText('Kept', { exact: true }).waitFor();
  assert.equal(asked, 0);
  await until('searches by meaning again', async () => (await search()).hits[0].scores.cosine !== undefined);

  await card.getByRole('button', { name: 'Drop it' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Drop it' }).click();
  await card.waitFor({ state: 'detached' });
  assert.deepEqual((await generations()).map(({ id, state }) => [id, state]), [[before.id, 'live']]);
});

it('what happened while the events were away is there when they are back', async () => {
  const guest = await visit.open();
  guest.expect(/ERR_FAILED/);
  // A connection of this tab's own, which can be held up.
  await guest.context.addInitScript(() => delete window.SharedWorker);
  const page = await guest.tab();
  await page.route('**/api/v1/events', (route) => route.abort());
  await page.goto('/models/index');
  await page.getByText('Live', { exact: true }).waitFor();
  await page.getByText('reconnecting…').waitFor();
  const { id } = await ask('/api/v1/generations', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ model: null, switch: false }),
  });
  await until('it to be built', async () => (await generations()).some((one) => one.id === id && one.done === one.documents));
  assert.equal(await page.getByRole('article').count(), 1, 'nobody told this page');

  await page.unroute('**/api/v1/events');

  await page.getByRole('article', { name: `Generation ${id}`, exact: true }).getByText('Built', { exact: true }).waitFor();
  await fetch(`${base}/api/v1/generations/${id}`, { method: 'DELETE' });
  await page.getByText(`Generation ${id} is deleted.`).waitFor();
  await guest.context.close();
  assert.deepEqual(guest.complaints, []);
});

const moment = new Date().toISOString();
const one = (id, state, more) => ({
  id, model: 'bge-small-en', chunker: 4, state, switchWhenComplete: false, documents: 1234, done: 1234, failed: 0,
  createdAt: moment, ...(state === 'building' ? {} : { switchedAt: moment }), ...more,
});
const failures = ['a-name-without-any-room-to-break-it-that-is-longer-than-a-narrow-screen-is-wide.pdf', 'notes.md'].map(
  (name, i) => ({
    documentId: `d${i}`, name, collection: 'manual', taskId: `0-${i}`,
    error: 'The model e5-small-en is not declared by any process that runs; there are [bge-small-en].',
  }),
);
const part = one(5, 'building', { model: 'e5-small-en', done: 700, failed: 31, switchWhenComplete: true });
const many = [
  one(1, 'dropping'), one(2, 'previous', { done: 1200, model: null }), one(3, 'previous'),
  one(4, 'live', { model: 'house/model-with-a-rather-long-name-v2', done: 1230 }), part,
];
const away = {
  status: 503,
  contentType: 'application/problem+json',
  json: { type: 'urn:millrace:problem:unavailable', title: 'Service unavailable', status: 503, detail: 'PostgreSQL does not answer.' },
};

it('the page tells each of its states, by day and by night, wide and narrow', async () => {
  for (const [name, width] of [['wide', 1400], ['narrow', 390]]) {
    for (const colorScheme of ['light', 'dark']) {
      const guest = await visit.open({ viewport: { width, height: 1000 }, colorScheme });
      guest.expect(/503/);
      // No real news between what is made up here.
      await guest.context.addInitScript(() => delete window.SharedWorker);
      const page = await guest.tab();
      await page.route('**/api/v1/events', (route) => route.fulfill({ status: 204 }));
      let answer = { status: 200, json: { items: many } };
      await page.route('**/api/v1/generations', (route) => route.fulfill(answer));
      await page.route('**/api/v1/generations/5', (route) => route.fulfill({ json: { ...part, failures } }));
      const shot = async (what) => {
        await screenshot(page, `index-${what}-${name}-${colorScheme}`);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(overflow <= 0, `nothing hangs over the edge: ${overflow}`);
      };
      await page.goto('/models/index');
      await page.getByText('And 29 more.').waitFor();
      assert.equal(await page.getByRole('button', { name: 'Build another' }).count(), 0);
      await shot('many');
      await page.getByRole('button', { name: 'Switch to it: Generation 5' }).click();
      await page.getByRole('button', { name: 'Switch without 534 documents' }).waitFor();
      await shot('lacking');

      answer = { status: 200, json: { items: [] } };
      await page.reload();
      await page.getByRole('heading', { name: 'No index yet' }).waitFor();
      await shot('empty');
      answer = away;
      await page.reload();
      await page.getByRole('alert').getByText('PostgreSQL does not answer.').waitFor();
      await shot('away');
      await guest.context.close();
      assert.deepEqual(guest.complaints, []);
    }
  }
});
