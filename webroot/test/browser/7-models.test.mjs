// Models: listed, loaded and unloaded by hand, loaded by a question.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ask, screenshot, until, visits } from './chromium.mjs';

const visit = visits();
const model = 'bge-small-en';

const state = async () => (await ask('/api/v1/models')).items.find(({ name }) => name === model).state;

it('a model is unloaded and loaded by hand, and by a question', async () => {
  const { page } = visit;
  await until('everything to be read, as that loads the model too', async () => {
    const open = await Promise.all(['queued', 'running'].map((status) => ask(`/api/v1/tasks?status=${status}`)));
    return open.every(({ items }) => items.length === 0);
  });
  await ask(`/api/v1/models/${model}/load`, { method: 'POST' });
  await page.goto('/');
  await page.getByRole('navigation').getByRole('link', { name: 'Models' }).click();
  await page.getByRole('heading', { name: 'Models' }).waitFor();
  const row = page.getByRole('row').filter({ hasText: model });
  await row.getByText('In memory').waitFor();
  await screenshot(page, 'models');

  await page.getByRole('button', { name: `Unload ${model}` }).click();
  await page.getByText(`${model} is out of memory.`).waitFor();
  await row.getByText('Not loaded').waitFor();
  assert.equal(await state(), 'unloaded');

  await page.getByRole('button', { name: `Load ${model}`, exact: true }).click();
  await page.getByText(`${model} is in memory.`).waitFor();
  assert.equal(await state(), 'ready');

  await ask(`/api/v1/models/${model}/unload`, { method: 'POST' });
  await row.getByText('Not loaded').waitFor();
  await ask('/v1/embeddings', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ model, input: 'who woke it?' }),
  });
  await row.getByText('In memory').waitFor();
  await until('the time of its last use', async () => /just now|s ago/.test(await row.innerText()));
});

it('the page tells each of its states, by day and by night, wide and narrow', async () => {
  const many = {
    items: ['ready', 'loading', 'unloaded', 'failed'].map((state, i) => ({
      name: `model-${state}`,
      version: `a-rather-long-version-name-${i}`,
      task: i % 2 ? 'rerank' : 'embed',
      provider: 'directory',
      state,
      waiting: i * 1200,
      instances: (i === 0 ? ['mill-1', 'mill-2'] : ['mill-1']).map((process) => ({
        process,
        state,
        device: process === 'mill-2' ? 'cuda:0' : 'cpu',
        waiting: i * 1200,
        ...(state === 'failed' && { trouble: 'model.onnx in models/house names a tensor of 1,024 columns, config.json says 384.' }),
        ...(state === 'ready' && { memoryBytes: 470_000_000, loadMs: 1840, lastUsedAt: new Date().toISOString() }),
      })),
    })),
  };
  for (const [name, width] of [['wide', 1280], ['narrow', 390]]) {
    for (const colorScheme of ['light', 'dark']) {
      const guest = await visit.open({ viewport: { width, height: 860 }, colorScheme });
      const page = await guest.tab();
      guest.expect(/503/);
      let answer = { status: 200, json: many };
      await page.route('**/api/v1/models', (route) => route.fulfill(answer));
      await page.goto('/models');
      await page.getByText('model-failed').waitFor();
      assert.equal(await page.getByRole('row', { name: /mill-2/ }).count(), 1);
      await screenshot(page, `models-${name}-${colorScheme}`);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(overflow <= 0, `nothing hangs over the edge: ${overflow}`);

      answer = { status: 200, json: { items: [] } };
      await page.getByRole('heading', { name: 'No models' }).waitFor();
      answer = {
        status: 503,
        contentType: 'application/problem+json',
        json: {
          type: 'urn:millrace:problem:unavailable',
          title: 'Service unavailable',
          status: 503,
          detail: 'No running process with the role worker answers.',
        },
      };
      await page.reload();
      await page.getByRole('alert').getByText('role worker').waitFor();
      await screenshot(page, `models-away-${name}-${colorScheme}`);
      await guest.context.close();
      assert.deepEqual(guest.complaints, []);
    }
  }
});
