// Documents: the way in, the tray, the document itself.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { ask, hitsOf, isInView, screenshot, text, until, visits } from './chromium.mjs';
import { pdf, phrase, writeFifty } from './samples.mjs';

const visit = visits();

let folder;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-fifty-'));
});
after(() => rm(folder, { recursive: true }));

it('the documents page takes a folder of fifty files, shows each on its way, and finds a phrase of one, in bold', async () => {
  const { page } = visit;
  const holder = await writeFifty(folder);
  await page.goto('/documents');
  await page.getByLabel('into the collection').fill('mills');
  await page.getByTestId('folder').setInputFiles(folder);
  await page.getByText(/of 50 files searchable/).waitFor();

  // The tray stays while the reader goes elsewhere, and after a reload once all files are sent.
  await page.getByRole('link', { name: 'Tasks', exact: true }).click();
  await page.getByRole('heading', { name: 'Tasks' }).waitFor();
  await page.getByText(/of 50 files searchable/).waitFor();
  await until('all files to be sent', async () => {
    const states = await page.locator('.tray-row').evaluateAll((rows) => rows.map((row) => row.className));
    return states.length === 50 && !states.some((name) => /tray-(waiting|sending)/.test(name));
  });
  await screenshot(page, 'documents-tray');
  await page.reload();
  await page.getByText('50 of 50 files searchable').waitFor({ timeout: 240_000 });
  await until('the phrase to be found', async () => (await hitsOf(phrase))[0]?.documentName.endsWith(holder));

  await page.getByRole('link', { name: 'Search', exact: true }).click();
  await page.getByLabel('Search your documents').fill(phrase);
  await page.keyboard.press('Enter');
  const first = page.locator('.result').first();
  await first.locator('mark').first().waitFor();
  assert.ok((await text(first.locator('.result-file'))).endsWith(holder), 'the file with the phrase comes first');
  assert.equal(await text(first.locator('.result-title')), 'The pit wheel at Garsdale');
  const marked = (await first.locator('.result-text mark').allInnerTexts()).join(' ');
  for (const word of ['elm', 'penstock', 'iron']) assert.ok(marked.includes(word), `${word} is in bold: ${marked}`);
  await screenshot(page, 'search-phrase');

  await first.locator('.result-title').click();
  await page.locator('.passage-target mark').first().waitFor();
  assert.match(await text(page.locator('.passage-target')), new RegExp(phrase));
  assert.match(await text(page.locator('.plain-target')), new RegExp(phrase));
  await screenshot(page, 'document-text');

  // Where there is no room for both, the text comes instead of the passages.
  await page.setViewportSize({ width: 400, height: 800 });
  await page.getByRole('link', { name: 'Text', exact: true }).click();
  assert.match(await text(page.locator('.plain-target')), new RegExp(phrase));
  await screenshot(page, 'document-text-narrow');
});

it('the documents page takes what is dropped, and gives the original back', async () => {
  const { page } = visit;
  await page.goto('/collections/dropped');
  await page.getByText('Drop files or folders here').waitFor();
  const transfer = await page.evaluateHandle(() => {
    const data = new DataTransfer();
    data.items.add(new File(['# A dropped note\n\nThe heron stands below the weir.\n'], 'heron.md', { type: 'text/markdown' }));
    return data;
  });
  await page.locator('.drop').dispatchEvent('drop', { dataTransfer: transfer });
  await page.getByText('1 of 1 file searchable').waitFor();
  await page.getByRole('row', { name: /A dropped note.*Searchable/ }).waitFor();

  await page.getByRole('link', { name: 'A dropped note' }).click();
  await page.locator('.passage', { hasText: 'The heron stands below the weir.' }).waitFor();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download' }).click(),
  ]);
  assert.equal(download.suggestedFilename(), 'heron.md');
});

it('a click on a passage of a PDF marks it on its page of the original', async () => {
  const { page } = visit;
  const words = (page) => `On page ${page} the keeper of mill number ${page} writes down how much water went over his weir.`;
  await page.goto('/collections/originals');
  await page.getByTestId('files').setInputFiles([
    { name: 'keeper.pdf', mimeType: 'application/pdf', buffer: pdf([1, 2, 3].map((n) => Array(30).fill(words(n)))) },
  ]);
  await page.getByText('1 of 1 file searchable').waitFor();
  await page.locator('.document-title').click();

  await page.getByText('Page 1 of 3').waitFor();
  await page.locator('.passage', { hasText: 'mill number 3' }).last().locator('.passage-text').click();
  await page.getByText('Page 3 of 3').waitFor();
  await page.locator('.pdf-mark').first().waitFor();
  const marked = await page.locator('.pdf-mark').count();
  assert.ok(marked >= 1, `${marked} stretches of the page are marked`);
  assert.ok(await isInView(page.locator('.pdf-mark').first()), 'the mark is in view');
  await screenshot(page, 'document-pdf');
  await page.getByRole('button', { name: 'Previous page' }).click();
  await page.getByText('Page 2 of 3').waitFor();

  await page.setViewportSize({ width: 400, height: 800 });
  await page.getByRole('link', { name: 'Original', exact: true }).click();
  await page.locator('.pdf-mark').first().waitFor();
  await screenshot(page, 'document-pdf-narrow');
});

it('the documents page says why a file cannot be taken in, and sends only that one again', async () => {
  const { page } = visit;
  await page.goto('/collections/dropped');
  await page.getByTestId('files').setInputFiles([
    { name: 'picture.png', mimeType: 'image/png', buffer: Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex') },
    { name: 'fine.txt', mimeType: 'text/plain', buffer: Buffer.from('A fine plain text about eels.') },
  ]);

  await page.getByText('1 of 2 files searchable · 1 failed').waitFor();
  assert.match(await text(page.locator('.tray-failed .tray-reason')), /picture/);
  const task = () => page.locator('.tray-failed a').getAttribute('href');
  const first = await task();
  await page.getByRole('button', { name: 'Retry failed' }).click();
  await until('another task to have tried', async () => (await page.locator('.tray-failed a').count()) === 1 && (await task()) !== first);
  await page.getByText('1 of 2 files searchable · 1 failed').waitFor();
  await page.getByRole('button', { name: 'Clear the list' }).click();
  await page.locator('.tray').waitFor({ state: 'detached' });
});

it('the documents page deletes a document only after asking, and search forgets it', async () => {
  const { page } = visit;
  await page.goto('/collections/dropped');
  await page.getByRole('link', { name: 'A dropped note' }).click();
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('button', { name: 'Keep it' }).click();
  await page.locator('.passage', { hasText: 'The heron stands below the weir.' }).waitFor();
  await page.getByRole('button', { name: 'Delete' }).click();
  await screenshot(page, 'document-delete');
  await page.getByRole('button', { name: 'Delete it' }).click();

  await page.waitForURL('**/collections/dropped');
  await page.getByRole('link', { name: 'A dropped note' }).waitFor({ state: 'detached' });
  await until('search to forget it', async () => {
    const { hits } = await ask('/api/v1/search', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ query: 'heron weir', mode: 'keyword', collections: ['dropped'] }),
    });
    return hits.length === 0;
  });
});

it('the documents page takes the address of a web page and says why it cannot be had', async () => {
  const { page } = visit;
  await page.goto('/documents');
  await page.getByLabel('into the collection').fill('pages');
  await page.getByLabel('or add a web page').fill('http://127.0.0.1:1024/inner');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByText('127.0.0.1 is not a public address').waitFor();
});
