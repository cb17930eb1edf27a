// @vitest-environment jsdom
import { cleanup, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Problem, type TestComparison, type TestRun, type TestSet } from '../api/client';
import { TestRunPage } from './TestRunPage';
import { TestSetPage } from './TestSetPage';
import { TestSetsPage } from './TestSetsPage';

const tuning = vi.hoisted(() => ({
  listTestSets: vi.fn(),
  getTestSet: vi.fn(),
  createTestSet: vi.fn(),
  changeTestSet: vi.fn(),
  deleteTestSet: vi.fn(),
  addTestQueries: vi.fn(),
  replaceTestQuery: vi.fn(),
  deleteTestQuery: vi.fn(),
  listTestRuns: vi.fn(),
  startTestRun: vi.fn(),
  getTestRun: vi.fn(),
  deleteTestRun: vi.fn(),
  compareTestRuns: vi.fn(),
  getSearchSettings: vi.fn(),
  putSearchSettings: vi.fn(),
  deleteSearchSettings: vi.fn(),
}));
const calls = vi.hoisted(() => ({
  listCollections: vi.fn(),
  listModels: vi.fn(),
  search: vi.fn(),
  cancelTask: vi.fn(),
}));
vi.mock('../api/tuning', () => tuning);
vi.mock('../api/calls', () => calls);
vi.mock('../events/feed', () => ({ useFeed: () => undefined }));
vi.mock('../tasks/useTaskLog', () => ({ useTaskLog: () => ({ log: { events: [], snapshot: null }, state: 'over' }) }));

const at = '2026-11-21T10:00:00.000Z';
const set: TestSet = {
  id: 'a'.repeat(32), name: 'support', collection: 'manual', queryCount: 2, missing: 1, createdAt: at, updatedAt: at,
  queries: [
    {
      id: 'q1', query: 'how to retry',
      expected: [
        { collection: 'manual', document: 'a.md', grade: 2, documentId: 'd1' },
        { collection: 'manual', document: 'gone.md', grade: 1, missing: true },
      ],
    },
    { id: 'q2', query: 'open question', expected: [] },
  ],
};
const figures = { ndcg10: 0.5, map: 0.4, recall100: 0.9, mrr10: 0.5, success10: 0.75 };
const run: TestRun = {
  id: '0-after', testSet: set.id, name: 'more meaning', collection: 'manual', status: 'succeeded', queries: 1,
  answered: 1, startedAt: at, endedAt: at, models: ['bge 1'], limited: 0, figures,
  settings: { mode: 'hybrid', fusion: 'scores', vectorWeight: 0.8, rerank: false },
  results: [
    {
      query: 'how to retry', figures,
      expected: [{ collection: 'manual', document: 'a.md', grade: 2, rank: 2 }, { collection: 'manual', document: 'gone.md', grade: 1 }],
      top: [{ documentId: 'd9', collection: 'manual', document: 'z.md' }],
    },
  ],
};
const before: TestRun = { ...run, id: '0-before', name: 'hybrid', settings: { mode: 'hybrid' }, figures: { ...figures, mrr10: 0.25 } };
const comparison: TestComparison = {
  beforeRun: before, afterRun: run, before: { ...figures, mrr10: 0.25 }, after: figures, better: 1, worse: 0, same: 1,
  unpaired: 1, chance: 0.031,
  queries: [
    {
      query: 'how to retry', change: 'better',
      before: { figures, expected: [{ collection: 'manual', document: 'a.md', grade: 2, rank: 4 }] },
      after: { figures, expected: [{ collection: 'manual', document: 'a.md', grade: 2, rank: 2 }] },
    },
    {
      query: 'the other', change: 'same',
      before: { figures, expected: [{ collection: 'manual', document: 'b.md', grade: 1 }] },
      after: { figures, expected: [{ collection: 'manual', document: 'b.md', grade: 1 }] },
    },
  ],
};
const usual = { settings: { mode: 'hybrid', fusion: 'scores', vectorWeight: null, rerank: false }, from: 'usual' } as const;

beforeEach(() => {
  // jsdom knows neither this nor dialogs.
  File.prototype.text = function text() {
    return new Promise((resolve) => {
      const reader = new FileReader();
      reader.onload = () => resolve(reader.result as string);
      reader.readAsText(this);
    });
  };
  HTMLDialogElement.prototype.showModal = function show() {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function close() {
    this.open = false;
  };
  history.replaceState(null, '', '/tuning');
  for (const call of [...Object.values(tuning), ...Object.values(calls)]) call.mockReset();
  tuning.listTestSets.mockResolvedValue([set]);
  tuning.getTestSet.mockResolvedValue(set);
  tuning.listTestRuns.mockResolvedValue([run, before]);
  tuning.getTestRun.mockResolvedValue(run);
  tuning.compareTestRuns.mockResolvedValue(comparison);
  tuning.getSearchSettings.mockResolvedValue(usual);
  calls.listCollections.mockResolvedValue([{ name: 'manual' }]);
  calls.listModels.mockResolvedValue([]);
});
afterEach(cleanup);

describe('the page of test sets', () => {
  it('says how many queries each has and what is missing', async () => {
    render(<TestSetsPage />);

    const row = (await screen.findByRole('link', { name: 'support' })).closest('tr');
    expect(row?.textContent).toContain('asked in manual');
    expect(row?.textContent).toContain('2 queries');
    expect(row?.textContent).toContain('1 document missing');
  });

  it('says what a test set is where there is none, and what went wrong where there is no answer', async () => {
    tuning.listTestSets.mockResolvedValueOnce([]);
    render(<TestSetsPage />);
    await screen.findByRole('heading', { name: 'No test sets' });
    cleanup();

    tuning.listTestSets.mockRejectedValueOnce(new Problem(503, 'The database does not answer', 'It is away.'));
    render(<TestSetsPage />);
    await screen.findByText('It is away.');
  });

  it('makes one from a table, and says what a table lacks', async () => {
    tuning.createTestSet.mockResolvedValue(set);
    render(<TestSetsPage />);

    await userEvent.click(screen.getByRole('button', { name: 'New test set' }));
    await userEvent.type(screen.getByLabelText('Name'), 'support');
    const file = screen.getByLabelText('Queries from a file');
    await userEvent.upload(file, new File(['a,b'], 'x.csv', { type: 'text/csv' }));
    await screen.findByText(/must name the columns/);
    await userEvent.upload(file, new File(['query,document\nq,a.md'], 'x.csv', { type: 'text/csv' }));
    await userEvent.click(await screen.findByRole('button', { name: 'Create with 1 query' }));

    await waitFor(() => expect(location.pathname).toBe(`/tuning/${set.id}`));
    expect(tuning.createTestSet).toHaveBeenCalledWith({
      name: 'support',
      queries: [{ query: 'q', expected: [{ document: 'a.md', grade: 1 }] }],
    });
  });
});

describe('the page of a test set', () => {
  it('shows what each query expects, what is missing, and each run beside the one before', async () => {
    render(<TestSetPage id={set.id} />);

    await screen.findByText('gone.md is missing');
    expect(screen.getByText('1 expected document missing')).toBeDefined();
    expect(screen.getByText(/is not measured/)).toBeDefined();
    const row = (await screen.findByRole('link', { name: 'more meaning' })).closest('tr');
    expect(row?.textContent).toContain('words and meaning, meaning 80 %');
    expect(row?.textContent).toContain('+0.250');
    expect(screen.getByRole('link', { name: 'more meaning' }).getAttribute('href')).toBe(
      '/tuning/runs/0-after?with=0-before',
    );
  });

  it('measures as it is, and with other settings', async () => {
    tuning.startTestRun.mockResolvedValue(run);
    render(<TestSetPage id={set.id} />);

    await userEvent.click(await screen.findByRole('button', { name: 'Measure as it is' }));
    await waitFor(() => expect(tuning.startTestRun).toHaveBeenCalledWith(set.id, { settings: {} }));
    await userEvent.click(screen.getByRole('button', { name: 'Try other settings' }));
    await userEvent.type(screen.getByLabelText('Meaning counts, in %'), '75');
    await userEvent.click(screen.getByRole('button', { name: 'Measure with these' }));

    await waitFor(() =>
      expect(tuning.startTestRun).toHaveBeenLastCalledWith(set.id, {
        settings: { mode: 'hybrid', fusion: 'scores', vectorWeight: 0.75, rerank: false },
      }),
    );
    expect(location.pathname).toBe('/tuning/runs/0-after');
  });

  it('adds a query with a document that was picked by searching', async () => {
    calls.search.mockResolvedValue({
      hits: [{ documentId: 'd1', documentName: 'a.md', documentTitle: 'A', collection: 'manual' }],
    });
    tuning.addTestQueries.mockResolvedValue([]);
    render(<TestSetPage id={set.id} />);

    await userEvent.click(await screen.findByRole('button', { name: 'Add a query' }));
    const form = within(screen.getByRole('form', { name: 'New query' }));
    await userEvent.type(form.getByLabelText('Query'), 'what now');
    await userEvent.click(form.getByRole('button', { name: 'Find' }));
    await userEvent.click(await form.findByRole('button', { name: 'Expect' }));
    await userEvent.click(form.getByRole('button', { name: 'Add it' }));

    await waitFor(() =>
      expect(tuning.addTestQueries).toHaveBeenCalledWith(set.id, [
        { query: 'what now', expected: [{ collection: 'manual', document: 'a.md', grade: 1 }] },
      ]),
    );
    expect(calls.search.mock.lastCall?.[0]).toMatchObject({ query: 'what now', collections: ['manual'] });
  });

  it('changes and deletes queries', async () => {
    tuning.replaceTestQuery.mockResolvedValue(set.queries?.[0]);
    tuning.deleteTestQuery.mockResolvedValue(undefined);
    render(<TestSetPage id={set.id} />);

    await userEvent.click(await screen.findByRole('button', { name: 'Edit how to retry' }));
    await userEvent.click(screen.getByRole('button', { name: 'Do not expect gone.md' }));
    await userEvent.click(screen.getByRole('button', { name: 'Save' }));
    await waitFor(() =>
      expect(tuning.replaceTestQuery).toHaveBeenCalledWith(set.id, 'q1', {
        query: 'how to retry',
        expected: [{ collection: 'manual', document: 'a.md', grade: 2 }],
      }),
    );
    await userEvent.click(screen.getByRole('button', { name: 'Delete open question' }));
    await waitFor(() => expect(tuning.deleteTestQuery).toHaveBeenCalledWith(set.id, 'q2'));
  });

  it('is renamed', async () => {
    tuning.changeTestSet.mockResolvedValue({ ...set, name: 'questions of March' });
    render(<TestSetPage id={set.id} />);

    await userEvent.click(await screen.findByRole('button', { name: 'Rename' }));
    tuning.getTestSet.mockResolvedValue({ ...set, name: 'questions of March' });
    // What was there is marked, so that typing replaces it.
    await userEvent.keyboard(' questions of March {Enter}');

    await screen.findByRole('heading', { name: 'questions of March' });
    expect(tuning.changeTestSet).toHaveBeenCalledExactlyOnceWith(set.id, { name: 'questions of March' });
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('says why it cannot have a name, and keeps what was typed', async () => {
    tuning.changeTestSet.mockRejectedValue(new Problem(409, 'Conflict', 'There is another test set of this name.'));
    render(<TestSetPage id={set.id} />);

    await userEvent.click(await screen.findByRole('button', { name: 'Rename' }));
    const dialog = within(screen.getByRole('dialog', { name: 'Rename this test set' }));
    await userEvent.keyboard('sales{Enter}');

    await dialog.findByText('There is another test set of this name.');
    expect(dialog.getByLabelText<HTMLInputElement>('Name').value).toBe('sales');
  });

  it('asks for nothing where its name stays or would be empty', async () => {
    render(<TestSetPage id={set.id} />);

    await userEvent.click(await screen.findByRole('button', { name: 'Rename' }));
    await userEvent.clear(screen.getByLabelText('Name'));
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Rename it' }).disabled).toBe(true);
    await userEvent.type(screen.getByLabelText('Name'), 'support {Enter}');

    expect(screen.queryByRole('dialog')).toBeNull();
    expect(tuning.changeTestSet).not.toHaveBeenCalled();
  });

  it('goes back to the usual settings', async () => {
    tuning.getSearchSettings.mockResolvedValueOnce({ settings: { mode: 'keyword' }, from: 'collection' });
    tuning.deleteSearchSettings.mockResolvedValue(usual);
    render(<TestSetPage id={set.id} />);

    await userEvent.click(await screen.findByRole('button', { name: 'Back to the usual' }));

    await screen.findByText(/as usual/);
    expect(tuning.deleteSearchSettings).toHaveBeenCalledWith('manual');
  });
});

describe('the page of a run', () => {
  it('shows the figures, and where each expected document came', async () => {
    render(<TestRunPage id={run.id} />);

    expect((await screen.findByRole('row', { name: /Found in the first ten/ })).textContent).toContain('75.0 %');
    const queries = within(screen.getByRole('list', { name: 'Queries' }));
    expect(queries.getByText('place 2')).toBeDefined();
    expect(queries.getByText('not found')).toBeDefined();
    expect(queries.getByRole('link', { name: 'z.md' }).getAttribute('href')).toBe('/documents/d9');
  });

  it('stands beside an earlier one, says what moved, and how much that tells', async () => {
    history.replaceState(null, '', '/tuning/runs/0-after?with=0-before');
    render(<TestRunPage id={run.id} />);

    expect((await screen.findByRole('row', { name: /MRR@10/ })).textContent).toContain('0.2500.500 +0.250');
    expect(screen.getByText(/in 3 % of cases: it is most likely real/)).toBeDefined();
    expect(screen.getByText(/1 query changed between both runs and is left out/)).toBeDefined();
    const queries = within(screen.getByRole('list', { name: 'Queries compared' }));
    expect(queries.getByText('place 4 → place 2')).toBeDefined();
    await userEvent.click(screen.getByRole('button', { name: '1 better' }));
    expect(queries.queryByText('the other')).toBeNull();
  });

  it('lets its settings be used', async () => {
    tuning.putSearchSettings.mockResolvedValue(usual);
    render(<TestRunPage id={run.id} />);

    const use = await screen.findByRole('button', { name: 'Use the settings of this run' });
    tuning.getSearchSettings.mockResolvedValue({ settings: run.settings, from: 'collection' });
    await userEvent.click(use);

    await screen.findByText('Searches of manual go by these settings now.');
    expect(tuning.putSearchSettings).toHaveBeenCalledWith('manual', run.settings);
  });

  it('is live while it is measured and can be stopped', async () => {
    tuning.getTestRun.mockResolvedValue({ ...run, status: 'running', figures: undefined, answered: 3, queries: 9 });
    calls.cancelTask.mockResolvedValue({});
    render(<TestRunPage id={run.id} />);

    await screen.findByText('3 of 9 queries asked');
    await userEvent.click(screen.getByRole('button', { name: 'Stop' }));
    expect(calls.cancelTask).toHaveBeenCalledWith(run.id);
  });

  it('says when it did not come to its end, and when there is none', async () => {
    tuning.getTestRun.mockResolvedValueOnce({ ...run, status: 'failed', figures: undefined });
    render(<TestRunPage id={run.id} />);
    await screen.findByText('This run did not come to its end');
    cleanup();

    tuning.getTestRun.mockRejectedValueOnce(new Problem(404, 'Not found', 'There is no such run.'));
    render(<TestRunPage id={run.id} />);
    await screen.findByRole('heading', { name: 'There is no such run' });
  });
});
