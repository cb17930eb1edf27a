// @vitest-environment jsdom
import { act, cleanup, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ChildFilter } from '../api/calls';
import type { ChildPage, Task, TaskEvent, TaskStatus, TaskSummary } from '../api/client';
import type { Frame } from '../events/frames';
import { type Counts, stageOf } from './counts';
import { TaskPage } from './TaskPage';

const calls = vi.hoisted(() => ({ getTask: vi.fn(), listChildren: vi.fn(), cancelTask: vi.fn() }));
const listeners = vi.hoisted(() => new Set<(frame: Frame) => void>());
vi.mock('../api/calls', () => calls);
vi.mock('../events/feed', async () => {
  const { useEffect } = await import('react');
  return {
    useFeed: (listener: (frame: Frame) => void) =>
      useEffect(() => {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      }),
  };
});
const told = vi.hoisted(() => ({ events: [] as TaskEvent[] }));
vi.mock('./useTaskLog', () => ({ useTaskLog: () => ({ log: { ...told, snapshot: null }, state: 'live' }) }));

const tell = (task: string) => {
  const data = { task, type: 'task.status', at: '2026-11-21T10:00:01.000Z', data: { status: 'succeeded' } };
  act(() => listeners.forEach((hear) => hear({ id: '1-0', type: 'task.status', data: JSON.stringify(data) })));
};

function child(i: number, status: TaskStatus): TaskSummary {
  return {
    id: `0-c${i}`,
    handler: 'echo',
    status,
    priority: 'normal',
    project: 'default',
    user: 'anonymous',
    preview: `{"text":"${i}"}`,
    attempts: 0,
    deliveries: 0,
    round: 1,
    cancelRequested: false,
    createdAt: '2026-11-21T10:00:00.000Z',
    parent: '0-job',
  };
}

function job(total: number, open: number): Task {
  const { preview: _preview, parent: _parent, ...rest } = child(0, 'waiting');
  const ended = { succeeded: total - open, failed: 0, dead: 0, cancelled: 0 };
  return { ...rest, id: '0-job', handler: 'job', input: {}, children: { total, open, ...ended } };
}

/** The answer that lists `items`; all are counted unless `counts` says how. */
function page(items: TaskSummary[], counts?: Partial<Counts>): ChildPage {
  const all = { total: items.length, open: 0, succeeded: 0, failed: 0, dead: 0, cancelled: 0 };
  for (const { status } of items) all[stageOf(status)] += 1;
  return { items, counts: { ...all, ...counts } };
}

const rows = () => within(screen.getByRole('table')).getAllByRole('row').slice(1);

beforeEach(() => {
  // jsdom knows no dialogs.
  HTMLDialogElement.prototype.showModal = function show() {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function close() {
    this.open = false;
  };
  for (const call of Object.values(calls)) call.mockReset();
  told.events = [];
});
afterEach(cleanup);

describe('the page of a job', () => {
  it('says what it waits for, lists its tasks, and follows them', async () => {
    calls.getTask.mockResolvedValue(job(2, 1));
    calls.listChildren.mockResolvedValueOnce(page([child(1, 'succeeded'), child(2, 'running')]));
    render(<TaskPage id="0-job" />);
    await screen.findByText('Waits for 1 of 2 tasks');
    await screen.findByRole('table');
    expect(rows().map((row) => within(row).getByRole('link').getAttribute('href'))).toEqual([
      '/tasks/0-c1',
      '/tasks/0-c2',
    ]);

    calls.listChildren.mockResolvedValue(page([child(1, 'succeeded'), child(2, 'succeeded')]));
    tell('0-c2');

    await screen.findByText('All 2 tasks succeeded');
    expect(calls.listChildren).toHaveBeenCalledTimes(2);
  });

  it('asks again for a task that was not listed for a moment', async () => {
    calls.getTask.mockResolvedValue(job(2, 1));
    calls.listChildren.mockResolvedValueOnce(page([child(1, 'succeeded')], { total: 2, open: 1 }));
    calls.listChildren.mockResolvedValue(page([child(1, 'succeeded'), child(2, 'succeeded')]));
    render(<TaskPage id="0-job" />);
    await screen.findByText('Waits for 1 of 2 tasks');

    await screen.findByText('All 2 tasks succeeded', undefined, { timeout: 30_000 });
    expect(rows()).toHaveLength(2);
  });

  it('loads some of many, more when asked for, and only those that stand alike', async () => {
    const children = Array.from({ length: 150 }, (_, i) => child(i, i % 10 === 9 ? 'failed' : 'succeeded'));
    calls.getTask.mockResolvedValue(job(150, 0));
    calls.listChildren.mockImplementation((_id: string, { status, limit }: ChildFilter) => {
      const wanted = children.filter((one) => status === undefined || one.status === status);
      return Promise.resolve(page(wanted.slice(0, limit), page(children).counts));
    });
    render(<TaskPage id="0-job" />);
    await screen.findByText('135 of 150 tasks succeeded');
    expect(rows()).toHaveLength(20);
    expect(calls.listChildren).toHaveBeenLastCalledWith('0-job', { limit: 20 }, expect.anything());

    await userEvent.click(screen.getByText('Show 100 more of 130'));
    await screen.findByText('Show 30 more of 30');
    expect(rows()).toHaveLength(120);

    await userEvent.click(screen.getByRole('button', { name: '15 failed' }));
    await waitFor(() => expect(rows()).toHaveLength(15));
    expect(calls.listChildren).toHaveBeenLastCalledWith('0-job', { limit: 20, status: 'failed' }, expect.anything());
    expect(screen.queryByText(/^Show/)).toBeNull();

    await userEvent.click(screen.getByRole('button', { name: 'All 150' }));
    await screen.findByText('Show 100 more of 130');
    expect(rows()).toHaveLength(20);
  });

  it('asks for no more than a page holds', async () => {
    calls.getTask.mockResolvedValue(job(5000, 0));
    calls.listChildren.mockResolvedValue(page([child(1, 'succeeded')], { total: 5000, succeeded: 5000 }));
    render(<TaskPage id="0-job" />);
    await screen.findByText('All 5,000 tasks succeeded');

    for (let more = 0; more < 10; more++) await userEvent.click(await screen.findByText(/^Show/));

    expect(calls.listChildren).toHaveBeenLastCalledWith('0-job', { limit: 1000 }, expect.anything());
    expect(screen.queryByText(/^Show/)).toBeNull();
  });

  it('hears of open tasks that it does not show, and of no stranger once all have ended', async () => {
    calls.getTask.mockResolvedValue(job(1000, 1));
    calls.listChildren.mockResolvedValueOnce(page([child(1, 'succeeded')], { total: 1000, succeeded: 999, open: 1 }));
    calls.listChildren.mockResolvedValue(page([child(1, 'succeeded')], { total: 1000, succeeded: 1000 }));
    render(<TaskPage id="0-job" />);
    await screen.findByText('Waits for 1 of 1,000 tasks');

    tell('0-c999');

    await screen.findByText('All 1,000 tasks succeeded');
    const asked = calls.listChildren.mock.calls.length;
    tell('0-stranger');
    expect(calls.listChildren.mock.calls.length).toBe(asked);
  });

  it('shows how far its run is only while it runs: then its tasks say it', async () => {
    const at = '2026-11-21T10:00:01.000Z';
    told.events = [{ id: '1-0', task: '0-job', type: 'task.progress', at, data: { stage: 'list', done: 3, total: 0 } }];
    calls.getTask.mockResolvedValue(job(2, 1));
    calls.listChildren.mockResolvedValue(page([child(1, 'succeeded'), child(2, 'running')]));
    const { unmount } = render(<TaskPage id="0-job" />);
    await screen.findByText('Waits for 1 of 2 tasks');
    expect(screen.queryByRole('progressbar')).toBeNull();
    unmount();

    calls.getTask.mockResolvedValue({ ...job(2, 1), status: 'running' });
    render(<TaskPage id="0-job" />);
    await screen.findByRole('progressbar');
  });

  it('says that its tasks are cancelled with it before it is cancelled', async () => {
    calls.getTask.mockResolvedValue(job(3, 2));
    calls.listChildren.mockResolvedValue(page([child(1, 'succeeded'), child(2, 'running'), child(3, 'queued')]));
    calls.cancelTask.mockResolvedValue({ ...job(3, 2), status: 'cancelled' });
    render(<TaskPage id="0-job" />);
    await userEvent.click(await screen.findByRole('button', { name: 'Cancel' }));
    expect(screen.getByRole('dialog').textContent).toContain('Its 2 open tasks are cancelled too.');
    expect(calls.cancelTask).not.toHaveBeenCalled();

    await userEvent.click(screen.getByRole('button', { name: 'Cancel the job' }));

    expect(calls.cancelTask).toHaveBeenCalledWith('0-job');
    await screen.findByText('Cancelled');
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('is named by its tasks', async () => {
    const { children: _none, ...one } = job(1, 1);
    calls.getTask.mockResolvedValue({ ...one, id: '0-c1', handler: 'echo', status: 'running', parent: '0-job' });
    render(<TaskPage id="0-c1" />);

    expect((await screen.findByRole('link', { name: 'its job' })).getAttribute('href')).toBe('/tasks/0-job');
    expect(calls.listChildren).not.toHaveBeenCalled();
  });
});
