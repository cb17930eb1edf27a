// Tasks: made, followed, found, cancelled.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ask, screenshot, text, until, visits } from './chromium.mjs';

const visit = visits();

const submit = (handler, input) =>
  ask('/api/v1/tasks', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ handler, input }),
  });

it('tasks are made by a form, followed live, and keep their events over a reload', async () => {
  const { page } = visit;
  await page.goto('/tasks');
  await page.getByRole('link', { name: 'New task' }).first().click();
  await page.getByRole('link', { name: /^echo/ }).click();
  await page.locator('.choice[aria-current] .dot-good').waitFor();
  assert.match(await text(page.locator('.choice[aria-current]')), /1 worker/);
  await page.getByRole('button', { name: 'Submit' }).click();
  await page.getByText('Text is needed.').waitFor();
  await page.getByLabel('Text *').fill('a word like quicksilver');
  await page.getByLabel('Sleep').fill('3s');
  await page.getByLabel('Progress').fill('6');
  await screenshot(page, 'task-form');
  await page.getByRole('button', { name: 'Submit' }).click();

  await page.waitForURL(/\/tasks\/\d+-\w{26}$/);
  await page.locator('.event', { hasText: /[2-5] of 6/ }).first().waitFor();
  await screenshot(page, 'task-running');
  await page.reload();
  await page.locator('.event .status-succeeded').waitFor();

  const events = (await page.locator('.event-body').allInnerTexts()).map((one) => one.replaceAll(/\s+/g, ' '));
  assert.deepEqual(events, ['Queued', 'Running', 'sleep 6 of 6', 'Succeeded'], 'each once, the newest progress');
  await page.getByRole('region', { name: 'result' }).getByText('quicksilver').waitFor();
  await page.reload();
  await page.locator('.event .status-succeeded').waitFor();
  assert.deepEqual(
    (await page.locator('.event-body').allInnerTexts()).map((one) => one.replaceAll(/\s+/g, ' ')),
    events,
    'the same events after another reload',
  );
  await screenshot(page, 'task-done');
});

it('tasks are found by a word of their input, and by status and handler', async () => {
  const { page } = visit;
  const { id } = await submit('echo', { text: 'the wheelwright’s bodkin' });
  await page.goto('/tasks');
  await page.getByPlaceholder('Words in input').fill('bodkin');
  await page.keyboard.press('Enter');
  await page.waitForURL(/q=bodkin/);

  await until('the task to be found', async () => {
    await page.reload();
    await page.locator('.tasks, .empty').first().waitFor();
    return (await page.locator(`a[href="/tasks/${id}"]`).count()) === 1;
  });
  await until('it to be found by its end', async () => (await ask('/api/v1/tasks?q=bodkin&status=succeeded')).items.length === 1);
  await page.getByRole('button', { name: 'Failed' }).click();
  await page.getByText('No task is like that').waitFor();
  await page.getByRole('button', { name: 'Succeeded' }).click();
  await page.locator(`a[href="/tasks/${id}"]`).waitFor();
  await page.getByRole('combobox').selectOption('embed');
  await page.getByText('No task is like that').waitFor();
});

it('tasks can be cancelled while they run', async () => {
  const { page } = visit;
  const { id } = await submit('echo', { text: 'never', sleep: '10m' });
  await page.goto(`/tasks/${id}`);
  await page.locator('h1 .status-running').waitFor();

  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.locator('h1 .status-cancelled').waitFor();
  await page.locator('.event .status-cancelled').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Cancel' }).count(), 0);
});

it('tasks say why they failed', async () => {
  const { page } = visit;
  const { id } = await submit('echo', { text: 'no', fail: 'permanent' });
  await page.goto(`/tasks/${id}`);

  await page.locator('h1 .status-failed').waitFor();
  await page.getByRole('alert').getByText('the same input will fail again').waitFor();
  await screenshot(page, 'task-failed');
});

it('tasks can be run again with the same input', async () => {
  const { page } = visit;
  const { id } = await submit('echo', { text: 'once more' });
  await page.goto(`/tasks/${id}`);
  await page.getByRole('link', { name: 'Run again' }).click();

  assert.equal(await page.getByLabel('Text *').inputValue(), 'once more');
  await page.getByRole('button', { name: 'Submit' }).click();
  await page.waitForURL((url) => /\/tasks\/\d+-/.test(url.pathname) && !url.pathname.endsWith(id));
});

it('tasks show up live in every one of ten tabs, which share one stream', async () => {
  const { page } = visit;
  const tabs = [page];
  while (tabs.length < 10) tabs.push(await visit.tab());
  for (const tab of tabs) {
    await tab.goto('/tasks?handler=echo');
    await tab.locator('.footer .live-live').waitFor();
  }

  const { id } = await submit('echo', { text: 'to all tabs' });

  for (const tab of tabs) await tab.locator(`a[href="/tasks/${id}"]`).waitFor();
});

it('a job waits for its tasks, shows them as they end, and is named by each of them', async () => {
  const { page } = visit;
  const tasks = [1, 2, 3].map((n) => ({ handler: 'echo', input: { text: `weir ${n}` } }));
  await ask('/api/v1/handlers/echo/pause', { method: 'POST' });
  const { id } = await submit('job', { tasks });
  try {
    await page.goto(`/tasks/${id}`);
    await page.locator('h1 .status-waiting').waitFor();
    await page.getByText('Waits for 3 of 3 tasks').waitFor();
    await screenshot(page, 'job-waiting');
  } finally {
    await ask('/api/v1/handlers/echo/resume', { method: 'POST' });
  }

  await page.getByText('All 3 tasks succeeded').waitFor();
  await page.locator('h1 .status-succeeded').waitFor();
  const section = page.getByRole('region', { name: 'Its tasks' });
  assert.equal(await section.locator('tbody .status-succeeded').count(), 3);
  await screenshot(page, 'job-done');

  await section.locator('tbody a').first().click();
  await page.getByRole('link', { name: 'its job' }).click();
  await page.waitForURL(`**/tasks/${id}`);
  await page.goto('/tasks?handler=job');
  await page.getByRole('row').filter({ has: page.locator(`a[href="/tasks/${id}"]`) }).getByText('3/3').waitFor();
});
