// @vitest-environment jsdom
import { cleanup, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Collection, Hit, SearchResponse } from '../api/client';
import { SearchPage } from './SearchPage';

const calls = vi.hoisted(() => ({
  listCollections: vi.fn(),
  listModels: vi.fn(),
  search: vi.fn(),
  countMatches: vi.fn(),
}));
const tuning = vi.hoisted(() => ({
  getSearchSettings: vi.fn(),
  listTestSets: vi.fn(),
  addTestQueries: vi.fn(),
  createTestSet: vi.fn(),
}));
vi.mock('../api/calls', () => calls);
vi.mock('../api/tuning', () => tuning);
vi.mock('../events/feed', () => ({ useFeed: () => undefined }));

const collection: Collection = {
  name: 'rules', documents: 3, ready: 3, failed: 0, passages: 9, bytes: 100, createdAt: '2026-11-21T10:00:00.000Z',
};
const hit: Hit = {
  passageId: 'p1', documentId: 'd1', documentName: 'a.md', documentTitle: 'A', collection: 'rules',
  mediaType: 'text/markdown', language: 'en', ordinal: 0, start: 0, end: 9, heading: '', text: 'The wheel', highlights: [],
  scores: { cosine: 0.5, rerank: 2.25, fused: 1, bm25: 3.5 },
};
const answer: SearchResponse = {
  hits: [hit], total: 1, mode: 'hybrid', tookMs: { search: 2 },
  facets: {
    collections: [{ value: 'rules', count: 7 }],
    mediaTypes: [{ value: 'text/markdown', count: 5 }, { value: 'application/pdf', count: 2 }],
    languages: [{ value: 'en', count: 7 }],
    tags: [{ value: 'law', count: 1 }],
  },
};
const nothing: SearchResponse = { ...answer, hits: [], total: 0, facets: {} };

function open(query: string) {
  history.replaceState(null, '', `/?${query}`);
  render(<SearchPage />);
}

beforeEach(() => {
  for (const call of [...Object.values(calls), ...Object.values(tuning)]) call.mockReset();
  tuning.getSearchSettings.mockResolvedValue({ settings: { mode: 'hybrid', rerank: false }, from: 'usual' });
  // jsdom knows no dialogs.
  HTMLDialogElement.prototype.showModal = function show() {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function close() {
    this.open = false;
  };
  calls.listCollections.mockResolvedValue([collection, { ...collection, name: 'news' }]);
  calls.listModels.mockResolvedValue([]);
  calls.search.mockResolvedValue(answer);
});
afterEach(cleanup);

describe('the facets of a search', () => {
  it('narrow the results by what is pressed, stand in the address, and are taken off again', async () => {
    open('q=wheel');
    const types = await screen.findByRole('group', { name: 'Type' });

    await userEvent.click(within(types).getByRole('button', { name: /PDF\s*2/ }));
    await waitFor(() => expect(location.search).toBe('?q=wheel&type=application%2Fpdf'));
    expect(calls.search).toHaveBeenLastCalledWith(
      expect.objectContaining({ filters: { mediaTypes: ['application/pdf'] }, facets: true }),
      expect.anything(),
    );

    await userEvent.click(await screen.findByRole('button', { name: /PDF/, pressed: true }));
    await waitFor(() => expect(location.search).toBe('?q=wheel'));
  });

  it('show no choice where there is only one, and how much of each collection matches', async () => {
    open('q=wheel');

    await screen.findByRole('group', { name: 'Tag' });
    expect(screen.queryByRole('group', { name: 'Language' })).toBeNull();
    expect(await screen.findByRole('button', { name: /rules\s*7/ })).toBeDefined();
  });
});

describe('the scores of a search', () => {
  it('are explained when they are shown, and not before', async () => {
    calls.search.mockImplementation(({ explain }: { explain?: boolean }) =>
      Promise.resolve(
        explain === true
          ? {
              ...answer,
              hits: [{ ...hit, words: { wheel: 3.5 } }],
              explanation: {
                language: 'en', vectorWeight: 0.6, fusion: 'scores', candidates: 100, corrected: ['whel'],
                reranker: 'tiny v1',
              },
            }
          : answer,
      ),
    );
    open('q=whel&rerank=yes');
    await userEvent.click(await screen.findByRole('button', { name: 'Show scores' }));

    const said = await screen.findByText(/Meaning counted 60 %, words 40 %/);
    expect(said.textContent).toContain('100 passages were compared, the question read as English.');
    expect(said.textContent).toContain('Words spelled like whel were looked for too.');
    expect(said.textContent).toContain('tiny v1 ordered the best anew.');
    const terms = [...document.querySelectorAll('.scores dt')].map((term) => term.textContent);
    expect(terms).toEqual(['rerank', 'fused', 'bm25', 'cosine', 'wheel']);
  });

  it('can come of a model that reads both where there is one', async () => {
    calls.listModels.mockResolvedValue([{ name: 'tiny', task: 'rerank' }]);
    open('q=wheel');

    await userEvent.click(await screen.findByRole('button', { name: 'Rerank' }));

    await waitFor(() =>
      expect(calls.search).toHaveBeenLastCalledWith(expect.objectContaining({ rerank: true }), expect.anything()),
    );
    expect(location.search).toBe('?q=wheel&rerank=yes');
  });
});

describe('a search that finds nothing', () => {
  beforeEach(() => calls.search.mockResolvedValue(nothing));

  it('says by what it was narrowed, and what dropping that would find', async () => {
    calls.countMatches.mockImplementation(({ collections }: { collections: string[] }) =>
      Promise.resolve(collections.length > 0 ? 0 : 12),
    );
    open('q=wheel&in=news&type=application/pdf&language=ru&tag=law');

    expect((await screen.findByText(/^No passage/)).textContent).toBe(
      'No passage in news matches wheel and is PDF, in Russian, tagged law.',
    );
    await screen.findByText('finds nothing either');
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Drop the filters' }).disabled).toBe(true);
    await screen.findByText('finds 12 passages');
    await userEvent.click(screen.getByRole('button', { name: 'Search all collections' }));
    await waitFor(() => expect(location.search).toBe('?q=wheel'));
  });

  it('says which phrase no passage holds, and searches its words', async () => {
    open('q=the+"water+wheel"');

    expect((await screen.findByText(/^No passage/)).textContent).toBe('No passage holds the phrase water wheel.');
    await userEvent.click(screen.getByRole('button', { name: 'Search without quotation marks' }));
    await waitFor(() => expect(location.search).toBe('?q=the+water+wheel'));
  });

  it('says that documents are still being read, or could not be', async () => {
    calls.listCollections.mockResolvedValue([{ ...collection, documents: 9, ready: 2, failed: 3 }]);
    open('q=wheel');

    await screen.findByText('Nothing found yet');
    expect(screen.getByText(/Still reading 4 documents of 9/)).toBeDefined();
    expect(screen.getByText(/3 documents could not be read/)).toBeDefined();
  });

  it('says that there are no documents', async () => {
    calls.listCollections.mockResolvedValue([]);
    open('q=wheel');

    await screen.findByText('There are no documents yet');
  });
});

describe('what is set for searches', () => {
  it('shows in the mode, is not said again, and is overruled by what is pressed', async () => {
    tuning.getSearchSettings.mockResolvedValue({ settings: { mode: 'keyword', rerank: false }, from: 'collection' });
    open('q=wheel&in=rules');

    await waitFor(() => expect(screen.getByRole<HTMLInputElement>('radio', { name: 'Keyword' }).checked).toBe(true));
    expect(tuning.getSearchSettings).toHaveBeenCalledWith('rules', expect.anything());
    expect(calls.search.mock.lastCall?.[0]).not.toHaveProperty('mode');
    await userEvent.click(screen.getByRole('radio', { name: 'Hybrid' }));

    await waitFor(() => expect(location.search).toBe('?q=wheel&mode=hybrid&in=rules'));
    await userEvent.click(screen.getByRole('radio', { name: 'Keyword' }));
    await waitFor(() => expect(location.search).toBe('?q=wheel&in=rules'));
  });
});

describe('a document that should be found', () => {
  it('is expected in a test set that there is', async () => {
    tuning.listTestSets.mockResolvedValue([{ id: 's1', name: 'support' }]);
    tuning.addTestQueries.mockResolvedValue([]);
    open('q=wheel');

    await userEvent.click(await screen.findByRole('button', { name: 'Expect A' }));
    await userEvent.selectOptions(await screen.findByLabelText('How relevant is it?'), '3');
    await userEvent.click(screen.getByRole('button', { name: 'Expect it' }));

    expect((await screen.findByRole('link', { name: 'support' })).getAttribute('href')).toBe('/tuning/s1');
    expect(tuning.addTestQueries).toHaveBeenCalledWith('s1', [
      { query: 'wheel', expected: [{ documentId: 'd1', grade: 3 }] },
    ]);
  });

  it('makes the first test set', async () => {
    tuning.listTestSets.mockResolvedValue([]);
    tuning.createTestSet.mockResolvedValue({ id: 's2', name: 'mine' });
    open('q=wheel');

    await userEvent.click(await screen.findByRole('button', { name: 'Expect A' }));
    await userEvent.type(await screen.findByLabelText('Name of the new test set'), 'mine');
    await userEvent.click(screen.getByRole('button', { name: 'Expect it' }));

    await screen.findByRole('link', { name: 'mine' });
    expect(tuning.createTestSet).toHaveBeenCalledWith({
      name: 'mine',
      queries: [{ query: 'wheel', expected: [{ documentId: 'd1', grade: 1 }] }],
    });
  });
});
