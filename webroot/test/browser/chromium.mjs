// One Chromium for all tests, and pages that remember every complaint of the browser.
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach } from 'node:test';
import { chromium } from 'playwright-core';

export const base = process.env.MILLRACE_URL ?? 'http://127.0.0.1:8080';
const executablePath = process.env.CHROMIUM ?? onPath('chromium', 'chromium-browser', 'google-chrome');
const screenshots = process.env.MILLRACE_SCREENSHOTS ?? join(tmpdir(), 'millrace-screenshots');

// Without a sandbox because tests also run as root; without everything that looks for the internet.
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const patienceMs = 60_000;

/** Where the first of these programs lies. */
function onPath(...names) {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const found = names.flatMap((name) => folders.map((folder) => join(folder, name))).find((file) => existsSync(file));
  if (found === undefined) throw new Error(`none of ${names.join(', ')} is on the PATH; install one or set CHROMIUM`);
  return found;
}

/** A browser with a profile of its own; `close` removes it. */
export async function openBrowser() {
  const profile = await mkdtemp(join(tmpdir(), 'millrace-chromium-'));
  await mkdir(screenshots, { recursive: true });
  const browser = await chromium.launch({ executablePath, args, headless: true, artifactsDir: profile });
  return {
    /** A fresh visitor; `complaints` lists what went wrong in any of its tabs. */
    async visitor(options = {}) {
      const context = await browser.newContext({ baseURL: base, viewport: { width: 1280, height: 860 }, ...options });
      context.setDefaultTimeout(patienceMs);
      const complaints = [];
      const expected = [];
      context.on('console', (message) => {
        if (message.type() !== 'error' && message.type() !== 'warning') return;
        if (expected.some((pattern) => pattern.test(message.text()))) return;
        complaints.push(`${message.type()}: ${message.text()} (${message.location().url})`);
      });
      context.on('weberror', (error) => complaints.push(`thrown: ${error.error().message}`));
      context.on('request', (request) => {
        const { origin, protocol } = new URL(request.url());
        if (protocol.startsWith('http') && origin !== base) complaints.push(`fetched from elsewhere: ${request.url()}`);
      });
      return { context, complaints, expect: (pattern) => expected.push(pattern), tab: () => context.newPage() };
    },
    async close() {
      await browser.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}

/**
 * One browser for the tests of a file and a fresh visitor for each, who must leave without a complaint: no error or
 * warning in the console, nothing thrown, nothing fetched from elsewhere.
 */
export function visits() {
  let browser;
  const now = {};
  before(async () => {
    browser = await openBrowser();
  });
  after(() => browser.close());
  beforeEach(async () => {
    Object.assign(now, await browser.visitor(), { open: (options) => browser.visitor(options) });
    now.page = await now.tab();
  });
  afterEach(async () => {
    await now.context.close();
    assert.deepEqual(now.complaints, [], 'the browser complained');
  });
  return now;
}

/** The words a person sees there. */
export const text = (locator) => locator.innerText();

/** Keeps what the page looks like. */
export async function screenshot(page, name) {
  await page.screenshot({ path: join(screenshots, `${name}.png`), animations: 'disabled' });
}

/** Asks the API directly, for what a test needs to know beforehand. */
export async function ask(path, options) {
  const response = await fetch(base + path, options);
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

/** What a search finds, in the order of the page. */
export async function hitsOf(query) {
  const { hits } = await ask('/api/v1/search', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  return hits;
}

/** Looks again and again until `state` gives something true. */
export async function until(what, state, withinMs = 120_000) {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const value = await state();
    if (value) return value;
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Whether any of it can be seen without scrolling. */
export function isInView(locator) {
  return locator.evaluate((node) => {
    const { top, bottom } = node.getBoundingClientRect();
    return bottom > 0 && top < innerHeight;
  });
}
