// @vitest-environment jsdom
import { act, cleanup, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Task, TaskStatus, TaskSummary } from '../api/client';
import type { Frame } from '../events/frames';
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
vi.mock('./useTaskLog', () => ({ useTaskLog: () => ({ log: { events: [], snapshot: null }, state: 'live' }) }));

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
});
afterEach(cleanup);

describe('the page of a job', () => {
  it('says what it waits for, lists its tasks, and follows them', async () => {
    calls.getTask.mockResolvedValue(job(2, 1));
    calls.listChildren.mockResolvedValueOnce([child(1, 'succeeded'), child(2, 'running')]);
    render(<TaskPage id="0-job" />);
    await screen.findByText('Waits for 1 of 2 tasks');
    await screen.findByRole('table');
    expect(rows().map((row) => within(row).getByRole('link').getAttribute('href'))).toEqual([
      '/tasks/0-c1',
      '/tasks/0-c2',
    ]);

    calls.listChildren.mockResolvedValue([child(1, 'succeeded'), child(2, 'succeeded')]);
    tell('0-c2');

    await screen.findByText('All 2 tasks succeeded');
    expect(calls.listChildren).toHaveBeenCalledTimes(2);
  });

  it('asks again for a task that was not listed for a moment', async () => {
    calls.getTask.mockResolvedValue(job(2, 1));
    calls.listChildren.mockResolvedValueOnce([child(1, 'succeeded')]);
    calls.listChildren.mockResolvedValue([child(1, 'succeeded'), child(2, 'succeeded')]);
    render(<TaskPage id="0-job" />);
    await screen.findByText('Waits for 1 of 2 tasks');

    await screen.findByText('All 2 tasks succeeded', undefined, { timeout: 30_000 });
    expect(rows()).toHaveLength(2);
  });

  it('shows some of very many, all when asked for, and only those that stand alike', async () => {
    const children = Array.from({ length: 30 }, (_, i) => child(i, i < 3 ? 'failed' : 'succeeded'));
    calls.getTask.mockResolvedValue(job(30, 0));
    calls.listChildren.mockResolvedValue(children);
    render(<TaskPage id="0-job" />);
    await screen.findByRole('button', { name: 'Show all 30' });
    expect(rows()).toHaveLength(20);

    await userEvent.click(screen.getByRole('button', { name: '3 failed' }));
    expect(rows()).toHaveLength(3);

    await userEvent.click(screen.getByRole('button', { name: 'All 30' }));
    await userEvent.click(screen.getByRole('button', { name: 'Show all 30' }));
    expect(rows()).toHaveLength(30);
  });

  it('says that its tasks are cancelled with it before it is cancelled', async () => {
    calls.getTask.mockResolvedValue(job(3, 2));
    calls.listChildren.mockResolvedValue([child(1, 'succeeded'), child(2, 'running'), child(3, 'queued')]);
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
