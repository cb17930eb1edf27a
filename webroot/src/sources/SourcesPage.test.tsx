// @vitest-environment jsdom
import { cleanup, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Problem, type Source, type Task } from '../api/client';
import { EditSourcePage } from './EditSourcePage';
import { SourcePage } from './SourcePage';
import { SourcesPage } from './SourcesPage';

const calls = vi.hoisted(() => ({
  listSources: vi.fn(),
  getSource: vi.fn(),
  createSource: vi.fn(),
  changeSource: vi.fn(),
  deleteSource: vi.fn(),
  syncSource: vi.fn(),
  listCollections: vi.fn(),
  previewSchedule: vi.fn(),
  getTask: vi.fn(),
  cancelTask: vi.fn(),
  listChildren: vi.fn(),
}));
vi.mock('../api/calls', () => calls);
vi.mock('../events/feed', () => ({ useFeed: () => undefined }));
vi.mock('../tasks/useTaskLog', () => ({ useTaskLog: () => ({ log: { events: [], snapshot: null }, state: 'over' }) }));

const source: Source = {
  id: 'a'.repeat(32),
  name: 'handbook',
  collection: 'rules',
  kind: 'directory',
  path: '/srv/handbook',
  include: ['*.md'],
  exclude: [],
  tags: [],
  onGone: 'delete',
  createdAt: '2026-11-21T10:00:00.000Z',
  updatedAt: '2026-11-21T10:00:00.000Z',
};
const lastSync = {
  taskId: '0-last',
  startedAt: '2026-11-21T10:00:00.000Z',
  endedAt: '2026-11-21T10:01:00.000Z',
  new: 2,
  changed: 0,
  unchanged: 40,
  gone: 0,
  failed: 1,
};
const task = (part: Partial<Task>) =>
  ({
    id: '0-last', handler: 'sync', status: 'succeeded', priority: 'normal', input: {}, attempts: 1, deliveries: 1,
    round: 1, user: 'anonymous', cancelRequested: false, createdAt: lastSync.startedAt, ...part,
  }) as Task;

beforeEach(() => {
  // jsdom knows no dialogs.
  HTMLDialogElement.prototype.showModal = function show() {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function close() {
    this.open = false;
  };
  history.replaceState(null, '', '/sources');
  for (const call of Object.values(calls)) call.mockReset();
  calls.listSources.mockResolvedValue([source]);
  calls.getSource.mockResolvedValue(source);
  calls.listCollections.mockResolvedValue([]);
  calls.previewSchedule.mockResolvedValue(['2099-01-01T09:00:00.000Z']);
  calls.getTask.mockResolvedValue(task({}));
  calls.listChildren.mockResolvedValue({ items: [] });
});
afterEach(cleanup);

describe('the page of sources', () => {
  it('says where each lies, what its last sync found and why it broke off', async () => {
    calls.listSources.mockResolvedValue([
      { ...source, lastSync },
      { ...source, id: 'b'.repeat(32), name: 'away', lastSync: { ...lastSync, error: 'The directory is away.' } },
    ]);
    render(<SourcesPage />);

    const row = (await screen.findByRole('link', { name: 'handbook' })).closest('tr');
    expect(row?.textContent).toContain('/srv/handbook');
    expect(row?.textContent).toContain('2 new, 40 unchanged, 1 failed');
    expect(row?.textContent).toContain('when asked');
    expect(screen.getByRole('link', { name: 'away' }).closest('tr')?.textContent).toContain('The directory is away.');
  });

  it('tells a sync that was stopped from one that runs', async () => {
    calls.listSources.mockResolvedValue([{ ...source, runningTaskId: '0-last', lastSync: { ...lastSync, endedAt: undefined } }]);
    calls.getTask.mockResolvedValue(task({ status: 'cancelled' }));
    render(<SourcesPage />);

    await screen.findByText('Cancelled');
    expect(screen.getByRole('link', { name: 'The sync that was stopped' })).toBeDefined();
  });

  it('syncs one now and shows the way to it', async () => {
    calls.syncSource.mockResolvedValue(task({ id: '0-now', status: 'queued' }));
    render(<SourcesPage />);

    await userEvent.click(await screen.findByRole('button', { name: 'Sync now handbook' }));

    expect((await screen.findByRole('link', { name: 'Follow it' })).getAttribute('href')).toBe(`/sources/${source.id}`);
    expect(calls.syncSource).toHaveBeenCalledWith(source.id);
  });

  it('deletes only what the person confirms, and says that documents stay', async () => {
    calls.deleteSource.mockResolvedValue(undefined);
    render(<SourcesPage />);

    await userEvent.click(await screen.findByRole('button', { name: 'Delete handbook' }));
    expect(calls.deleteSource).not.toHaveBeenCalled();
    const dialog = within(screen.getByRole('dialog'));
    expect(dialog.getByText(/stay in rules/)).toBeDefined();
    await userEvent.click(dialog.getByRole('button', { name: 'Delete it' }));

    await screen.findByText('handbook is deleted.');
  });

  it('says what a source is where there is none, and what is wrong where none can be had', async () => {
    calls.listSources.mockResolvedValueOnce([]);
    const { unmount } = render(<SourcesPage />);
    await screen.findByText(/A source is a directory of the server/);
    unmount();

    calls.listSources.mockRejectedValue(new Problem(503, 'Service unavailable', 'The database is away.'));
    render(<SourcesPage />);
    expect((await screen.findByRole('alert')).textContent).toContain('The database is away.');
  });
});

describe('the page of one source', () => {
  it('shows what the last sync found, which files failed and the task of each that it brought', async () => {
    calls.getSource.mockResolvedValue({ ...source, lastSync });
    calls.getTask.mockResolvedValue(
      task({
        result: { failures: [{ file: 'big.pdf', error: 'It is too large.' }] },
        children: { total: 2, open: 0, succeeded: 2, failed: 0, dead: 0, cancelled: 0 },
      }),
    );
    calls.listChildren.mockResolvedValue({
      items: ['0-c1', '0-c2'].map((id) => ({ ...task({ id, handler: 'ingest' }), preview: `{"name":"${id}.md"}` })),
    });
    render(<SourcePage id={source.id} />);

    expect((await screen.findByRole('list', { name: 'What it found' })).textContent).toBe('2 new40 unchanged1 failed');
    expect(await screen.findByText('big.pdf')).toBeDefined();
    await screen.findByText('All 2 tasks succeeded');
    expect(await screen.findByText('{"name":"0-c1.md"}')).toBeDefined();
  });

  it('follows the sync that was asked for before the source knows of it, and can stop it', async () => {
    calls.syncSource.mockResolvedValue(task({ id: '0-now', status: 'queued' }));
    calls.getTask.mockResolvedValue(task({ id: '0-now', status: 'running' }));
    calls.cancelTask.mockResolvedValue(task({ id: '0-now', status: 'running', cancelRequested: true }));
    render(<SourcePage id={source.id} />);
    await screen.findByText('Not synced yet');

    await userEvent.click(screen.getByRole('button', { name: 'Sync now' }));
    await screen.findByText('Running');
    expect(screen.getByRole('link', { name: 'its task' }).getAttribute('href')).toBe('/tasks/0-now');
    await userEvent.click(screen.getByRole('button', { name: 'Stop' }));

    expect(calls.cancelTask).toHaveBeenCalledWith('0-now');
  });

  it('says why the last sync broke off though its task is no longer kept', async () => {
    calls.getSource.mockResolvedValue({ ...source, lastSync: { ...lastSync, error: 'The directory is away.' } });
    calls.getTask.mockRejectedValue(new Problem(404, 'Not found', 'There is no such task.'));
    render(<SourcePage id={source.id} />);

    expect((await screen.findByRole('alert')).textContent).toContain('The directory is away.');
    expect(screen.queryByText('There is no such task.')).toBeNull();
  });
});

describe('the form of a source', () => {
  it('asks for what its kind needs and shows what the server refuses at its field', async () => {
    calls.createSource.mockRejectedValue(
      new Problem(422, 'Invalid', 'The directory must be below an allowed one.', { pointer: '/path' }),
    );
    render(<EditSourcePage />);
    await userEvent.type(screen.getByRole('textbox', { name: 'Name' }), 'handbook');
    await userEvent.type(screen.getByRole('combobox', { name: 'Collection' }), 'rules');
    await userEvent.click(screen.getByRole('button', { name: 'Create' }));
    await screen.findByText('It needs the path of a directory.');
    expect(calls.createSource).not.toHaveBeenCalled();

    await userEvent.type(screen.getByRole('textbox', { name: 'Directory' }), '/etc');
    await userEvent.click(screen.getByRole('button', { name: 'Create' }));

    const says = await screen.findByText('The directory must be below an allowed one.');
    expect(says.closest('.field')?.querySelector('label')?.textContent).toBe('Directory');
  });

  it('changes its fields with the kind, and creates pages of the web that are synced by themselves', async () => {
    calls.createSource.mockResolvedValue(source);
    render(<EditSourcePage />);
    await userEvent.type(screen.getByRole('textbox', { name: 'Name' }), 'news');
    await userEvent.type(screen.getByRole('combobox', { name: 'Collection' }), 'news');
    await userEvent.click(screen.getByText('Web pages'));
    expect(screen.queryByRole('textbox', { name: 'Directory' })).toBeNull();
    await userEvent.type(screen.getByRole('textbox', { name: 'Addresses' }), 'https://a.example/');
    await userEvent.click(screen.getByRole('checkbox', { name: 'Sync it by itself' }));
    await screen.findByRole('region', { name: 'Next runs' });
    await userEvent.click(screen.getByRole('button', { name: 'Create' }));

    await waitFor(() => expect(location.pathname).toBe(`/sources/${source.id}`));
    expect(calls.createSource).toHaveBeenCalledWith(
      expect.objectContaining({ kind: 'web', urls: ['https://a.example/'], cron: '0 3 * * *' }),
    );
  });

  it('changes a source without its kind, and says whole what belongs to no field', async () => {
    calls.changeSource.mockRejectedValue(new Problem(409, 'Conflict', 'A source of that name is there.'));
    render(<EditSourcePage id={source.id} />);

    await userEvent.type(await screen.findByRole('textbox', { name: 'Directory' }), '/new');
    await userEvent.click(screen.getByRole('button', { name: 'Save' }));

    await screen.findByText(/A source of that name is there/);
    expect(calls.changeSource).toHaveBeenCalledWith(
      source.id,
      expect.objectContaining({ path: '/srv/handbook/new', onGone: 'delete', cron: null }),
    );
    expect(screen.queryByText('Web pages')).toBeNull();
  });
});
