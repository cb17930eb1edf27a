// Sources: a directory of the server, synced by hand.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, before, it } from 'node:test';
import { ask, hitsOf, screenshot, text, until, visits } from './chromium.mjs';

const visit = visits();

/** A directory that the Millrace under test names in documents.roots. */
const root = process.env.MILLRACE_ROOT;
const skip = root === undefined && 'MILLRACE_ROOT is not set';

let folder;
before(async () => {
  if (root !== undefined) folder = await mkdtemp(join(root, 'ledgers-'));
});
after(() => folder !== undefined && rm(folder, { recursive: true }));

async function write(name, words) {
  await mkdir(dirname(join(folder, name)), { recursive: true });
  await writeFile(join(folder, name), words);
}

/** What the latest sync found, once it has ended. */
const ended = (id, before) =>
  until('the end of a sync', async () => {
    const { lastSync } = await ask(`/api/v1/sources/${id}`);
    return lastSync?.endedAt !== undefined && lastSync.taskId !== before && lastSync;
  });

it('a directory becomes a source, is synced, and follows what changes there', { skip }, async () => {
  const { page } = visit;
  visit.expect(/422/);
  await write('toll.md', '# Tolls\n\nThe miller keeps a sixteenth of the barleymow as his toll.');
  await write('rents/weir.md', '# Rents\n\nThe weir is let for nine groats a year.');
  await write('drafts/unsaid.md', '# Draft\n\nThis is not to be read.');
  await page.goto('/');
  await page.getByRole('navigation').getByRole('link', { name: 'Sources' }).click();
  await page.getByRole('heading', { name: 'No sources' }).waitFor();
  await screenshot(page, 'sources-empty');

  // A place the operator does not allow is refused at its field.
  await page.getByRole('link', { name: 'New source' }).click();
  await page.getByLabel('Name').fill('ledgers');
  await page.getByLabel('Collection').fill('ledgers');
  await page.getByLabel('Directory', { exact: true }).last().fill('/etc');
  await page.getByRole('button', { name: 'Create' }).click();
  await page.getByText(/must be below one that the operator allows/).waitFor();
  await screenshot(page, 'source-refused');
  await page.getByLabel('Directory', { exact: true }).last().fill(folder);
  await page.getByLabel('But not these').fill('drafts/**');
  await page.getByLabel('Documents whose file is gone').selectOption('delete');
  await page.getByLabel('Sync it by itself').check();
  await page.getByLabel('Times', { exact: true }).fill('@daily');
  await screenshot(page, 'source-new');
  await page.getByRole('button', { name: 'Create' }).click();

  await page.waitForURL(/sources\/[0-9a-f]{32}$/);
  const id = page.url().split('/').at(-1);
  await page.getByRole('heading', { name: 'Not synced yet' }).waitFor();
  await page.getByRole('button', { name: 'Sync now' }).click();
  await page.getByRole('list', { name: 'What it found' }).waitFor();
  assert.equal((await text(page.getByRole('list', { name: 'What it found' }))).replaceAll(/\s+/g, ' '), '2 new');
  await page.getByText('All 2 tasks succeeded').waitFor();
  await until('its words to be found', async () => (await hitsOf('barleymow'))[0]?.collection === 'ledgers');
  await screenshot(page, 'source');

  const { taskId } = await ended(id);
  await rm(join(folder, 'rents'), { recursive: true });
  await write('toll.md', '# Tolls\n\nThe miller keeps a twelfth of the rye, by an older charter, as his toll.');
  await page.goto('/sources');
  await page.getByRole('button', { name: 'Sync now ledgers' }).click();
  await page.getByText('ledgers is being synced.').waitFor();
  const { changed, gone } = await ended(id, taskId);
  assert.deepEqual([changed, gone], [1, 1]);
  await page.getByText('1 changed, 1 gone').waitFor();
  await screenshot(page, 'sources');

  await page.getByRole('link', { name: 'ledgers' }).first().click();
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('button', { name: 'Delete it' }).click();
  await page.getByRole('heading', { name: 'No sources' }).waitFor();
  await page.goto('/collections/ledgers');
  await page.getByRole('link', { name: 'Tolls' }).waitFor();
});
