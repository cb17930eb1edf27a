// What holds for all pages, and the page of the API.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ask, isInView, screenshot, text, visits } from './chromium.mjs';

const visit = visits();

it('the page of the API shows every operation of the contract', async () => {
  const { page } = visit;
  const contract = await ask('/api/v1/openapi.json');
  const ids = Object.values(contract.paths).flatMap((path) =>
    Object.values(path).flatMap((operation) => operation.operationId ?? []),
  );
  await page.goto('/docs/api#submitTask');
  await page.locator('#submitTask').waitFor();

  assert.deepEqual((await page.locator('.operation').evaluateAll((all) => all.map((one) => one.id))).sort(), ids.sort());
  assert.ok(await isInView(page.locator('#submitTask h3')), 'the operation in the address is in view');
  await screenshot(page, 'api');
});

const looks = [
  { width: 1280, colorScheme: 'light' },
  { width: 1280, colorScheme: 'dark' },
  { width: 768, colorScheme: 'light' },
  { width: 360, colorScheme: 'light' },
  { width: 360, colorScheme: 'dark' },
];

for (const { width, colorScheme } of looks) {
  it(`every page fits ${width} pixels in ${colorScheme} colours`, async () => {
    const [task] = (await ask('/api/v1/tasks?handler=echo&status=succeeded')).items;
    const [found] = (
      await ask('/api/v1/search', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ query: 'task' }),
      })
    ).hits;
    const pages = {
      start: '/',
      results: '/?q=task',
      documents: '/documents',
      document: `/documents/${found.documentId}?passage=${found.passageId}&q=task`,
      text: `/documents/${found.documentId}?passage=${found.passageId}&q=task&view=text`,
      tasks: '/tasks',
      task: `/tasks/${task.id}`,
      'new-task': '/tasks/new?handler=search',
      sources: '/sources',
      'source-new': '/sources/new',
      tuning: '/tuning',
      models: '/models',
      index: '/models/index',
      'api-page': '/docs/api',
      missing: '/nowhere',
    };
    const other = await visit.open({ colorScheme, viewport: { width, height: 800 } });
    const tab = await other.tab();
    for (const [name, path] of Object.entries(pages)) {
      await tab.goto(path);
      await tab.locator('main h1, main h2').first().waitFor();
      await tab.locator('.skeleton').first().waitFor({ state: 'detached' });
      await screenshot(tab, `${name}-${width}-${colorScheme}`);
      const wide = await tab.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(wide <= 0, `${path} is ${wide} pixels too wide`);
      const unnamed = await tab
        .locator('button, a, input, select, textarea')
        .evaluateAll((all) =>
          all.filter((one) => one.checkVisibility() && !(one.textContent.trim() || one.ariaLabel || one.labels?.length || one.title)).length,
        );
      assert.equal(unnamed, 0, `${path} has controls without a name`);
    }
    await other.context.close();
    assert.deepEqual(other.complaints, []);
  });
}

for (const width of [320, 390, 768, 1024, 1280]) {
  it(`every page is reached with the keyboard from a bar of one line, ${width} pixels wide`, async () => {
    const other = await visit.open({ viewport: { width, height: 800 } });
    const tab = await other.tab();
    await tab.goto('/tuning');
    const pages = tab.getByRole('navigation', { name: 'Pages' });
    const opener = tab.getByRole('button', { name: /^Pages/ });
    await tab.getByRole('heading', { name: 'Tuning' }).waitFor();

    const { height } = await tab.locator('.header').boundingBox();
    assert.ok(height < 60, `the bar is ${height} pixels high`);
    const theme = await tab.getByRole('button', { name: /^Theme/ }).boundingBox();
    assert.ok(theme.x + theme.width <= width, 'the last button is in view');
    const menu = await opener.isVisible();
    assert.equal(menu, width < 1024, 'the pages are a menu where there is no room');
    if (menu) {
      assert.equal(await pages.count(), 0, 'what is closed is not there for readers of the screen');
      await opener.press('Enter');
    }
    await pages.waitFor();
    await screenshot(tab, `pages-${width}`);
    for (const link of await pages.getByRole('link').all()) {
      const { x, y, width: wide } = await link.boundingBox();
      assert.ok(x >= 0 && x + wide <= width && y >= 0, `${await text(link)} is in view`);
      assert.ok(await link.evaluate((node) => node.clientHeight < 60), `${await text(link)} is one line`);
    }
    if (menu) {
      await tab.keyboard.press('Escape');
      assert.equal(await pages.count(), 0);
      await tab.keyboard.press('Enter');
    }
    await pages.getByRole('link', { name: 'Dead letters' }).press('Enter');
    await tab.getByRole('heading', { name: 'Dead letters', exact: true }).waitFor();
    assert.equal(await pages.isVisible(), !menu, 'what was chosen from is out of the way');
    await other.context.close();
    assert.deepEqual(other.complaints, []);
  });
}

it('every page keeps the chosen theme, before the first paint of the next visit', async () => {
  const { page } = visit;
  await page.goto('/');
  const theme = () => page.evaluate(() => document.documentElement.dataset.theme);
  await page.getByRole('button', { name: /^Theme/ }).click();
  assert.equal(await theme(), 'light');
  await page.getByRole('button', { name: /^Theme/ }).click();
  assert.equal(await theme(), 'dark');

  await page.goto('/tasks', { waitUntil: 'commit' });
  await page.locator('h1').waitFor();
  assert.equal(await theme(), 'dark');
  await page.getByRole('button', { name: /^Theme/ }).click();
  assert.equal(await theme(), undefined);
});

it('every page shows skeletons while it waits, in the place of what comes', async () => {
  const { page } = visit;
  let goOn;
  const held = new Promise((resolve) => (goOn = resolve));
  await page.route('**/api/v1/search', async (route) => {
    await held;
    await route.continue();
  });
  await page.goto('/?q=task');
  await page.locator('.skeleton').first().waitFor();
  await screenshot(page, 'search-loading');

  goOn();
  await page.locator('.result mark').first().waitFor();
  assert.equal(await page.locator('.skeleton').count(), 0);
});

it('every page comes back by itself when the server answers again', async () => {
  const { page, expect } = visit;
  expect(/net::ERR_FAILED/);
  let away = true;
  await page.route(/\/api\/v1\/tasks(\?|$)/, (route) => (away ? route.abort() : route.continue()));
  await page.goto('/tasks');
  await page.getByText('Millrace does not answer').waitFor();
  await screenshot(page, 'tasks-away');

  away = false;
  await page.getByText('Millrace does not answer').waitFor({ state: 'detached' });
  await page.locator('.task-link').first().waitFor();
});

it('every page of something that is not there says so and leads on', async () => {
  const { page, expect } = visit;
  expect(/404 \(Not Found\)/);
  await page.goto('/tasks/0-00000000000000000000000000');
  await page.getByRole('heading', { name: 'There is no such task' }).waitFor();
  await page.getByRole('link', { name: 'All tasks' }).click();
  await page.getByRole('heading', { name: 'Tasks' }).waitFor();

  await page.goto('/documents/none');
  await page.getByRole('heading', { name: 'There is no such document' }).waitFor();
});
