// @vitest-environment jsdom
import { cleanup, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Problem, type Schedule, type ScheduleSummary } from '../api/client';
import { EditSchedulePage } from './EditSchedulePage';
import { SchedulePage } from './SchedulePage';
import { SchedulesPage } from './SchedulesPage';

const calls = vi.hoisted(() => ({
  listHandlers: vi.fn(),
  listSchedules: vi.fn(),
  getSchedule: vi.fn(),
  saveSchedule: vi.fn(),
  pauseSchedule: vi.fn(),
  runSchedule: vi.fn(),
  deleteSchedule: vi.fn(),
  previewSchedule: vi.fn(),
  newKey: () => 'key',
}));
vi.mock('../api/calls', () => calls);
vi.mock('../events/feed', () => ({ useFeed: () => undefined }));

const base: ScheduleSummary = {
  id: 'a'.repeat(32),
  name: 'nightly',
  cron: '30 2 * * *',
  timeZone: 'Australia/Lord_Howe',
  handler: 'echo',
  preview: '{"text":"hello"}',
  priority: 'normal',
  missedRuns: 'once',
  missedRunsMax: 10,
  project: 'default',
  user: 'anonymous',
  paused: false,
  createdAt: '2026-11-21T10:00:00.000Z',
  updatedAt: '2026-11-21T10:00:00.000Z',
  nextFireAt: '2099-11-21T15:30:00.000Z',
};
const { preview: _, ...head } = base;
const whole: Schedule = { ...head, input: { text: 'hello' }, nextFireTimes: ['2026-11-21T15:30:00.000Z'], lastTasks: [] };
const echo = {
  name: 'echo',
  liveWorkers: 1,
  inputSchema: { type: 'object', required: ['text'], properties: { text: { type: 'string', title: 'Text' } } },
};

beforeEach(() => {
  // jsdom knows no dialogs.
  HTMLDialogElement.prototype.showModal = function show() {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function close() {
    this.open = false;
  };
  history.replaceState(null, '', '/schedules');
  for (const call of Object.values(calls)) if ('mockReset' in call) call.mockReset();
  calls.listHandlers.mockResolvedValue([echo]);
  calls.listSchedules.mockResolvedValue({ items: [base] });
  calls.getSchedule.mockResolvedValue(whole);
  calls.previewSchedule.mockResolvedValue(['2099-01-01T09:00:00.000Z']);
});
afterEach(cleanup);

describe('the page of schedules', () => {
  it('says when each runs next by its own clock, and links its last task', async () => {
    calls.listSchedules.mockResolvedValue({
      items: [{ ...base, lastTaskId: '0-t', lastFireAt: '2026-11-20T15:30:00.000Z' }],
    });
    render(<SchedulesPage />);

    const row = (await screen.findByRole('link', { name: 'nightly' })).closest('tr');

    expect(row?.textContent).toContain('Sun 22 Nov 2099, 02:30 Australia/Lord_Howe');
    expect(row?.querySelector('a[href="/tasks/0-t"]')).not.toBeNull();
  });

  it('pauses, resumes and says so', async () => {
    calls.pauseSchedule.mockResolvedValue({ paused: true });
    render(<SchedulesPage />);

    await userEvent.click(await screen.findByRole('button', { name: 'Pause nightly' }));

    await screen.findByText('nightly is paused.');
    expect(calls.pauseSchedule).toHaveBeenCalledWith(base.id, true);
    expect(calls.listSchedules).toHaveBeenCalledTimes(2);
  });

  it('runs one now and shows the way to its task', async () => {
    calls.runSchedule.mockResolvedValue({ id: '0-now' });
    render(<SchedulesPage />);

    await userEvent.click(await screen.findByRole('button', { name: 'Run now nightly' }));

    expect((await screen.findByRole('link', { name: 'Follow it' })).getAttribute('href')).toBe('/tasks/0-now');
  });

  it('deletes only what the person confirms', async () => {
    calls.deleteSchedule.mockResolvedValue(undefined);
    render(<SchedulesPage />);

    await userEvent.click(await screen.findByRole('button', { name: 'Delete nightly' }));
    expect(calls.deleteSchedule).not.toHaveBeenCalled();
    await userEvent.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Delete it' }));

    await screen.findByText('nightly is deleted.');
  });

  it('says what a schedule is where there is none, and what is wrong where none can be had', async () => {
    calls.listSchedules.mockResolvedValueOnce({ items: [] });
    const { unmount } = render(<SchedulesPage />);
    await screen.findByText('No schedules');
    unmount();

    calls.listSchedules.mockRejectedValue(new Problem(503, 'Service unavailable', 'The database is away.'));
    render(<SchedulesPage />);
    expect((await screen.findByRole('alert')).textContent).toContain('The database is away.');
  });
});

describe('the page of one schedule', () => {
  it('says why its task was refused, and which tasks it has submitted', async () => {
    calls.getSchedule.mockResolvedValue({
      ...whole,
      error: { type: 'too-many', message: 'As many wait as may.', retryable: true },
      lastTasks: [{ id: '0-t', submittedAt: '2026-11-20T15:30:00.000Z' }],
    });
    render(<SchedulePage id={base.id} />);

    await screen.findByText(/As many wait as may/);
    expect(screen.getByText('0-t').closest('a')?.getAttribute('href')).toBe('/tasks/0-t');
    expect(screen.getByText(/run by hand/)).toBeDefined();
  });
});

describe('the form of a schedule', () => {
  it('shows the next runs of what is typed, and what is wrong with it', async () => {
    render(<EditSchedulePage />);
    await screen.findByText(/1 Jan 2099/);

    calls.previewSchedule.mockRejectedValue(new Problem(422, 'Invalid', 'It takes five fields.'));
    const times = screen.getByRole('textbox', { name: 'Times' });
    await userEvent.clear(times);
    await userEvent.type(times, '* *');

    await screen.findByText('It takes five fields.');
    expect(calls.previewSchedule).toHaveBeenLastCalledWith('* *', expect.anything(), expect.anything());
  });

  it('creates what was filled in', async () => {
    calls.saveSchedule.mockResolvedValue(whole);
    render(<EditSchedulePage />);

    await userEvent.type(await screen.findByRole('textbox', { name: 'Name' }), ' hourly ');
    await userEvent.selectOptions(screen.getByRole('combobox', { name: 'Missed runs' }), 'all');
    await userEvent.type(screen.getByRole('textbox', { name: /Text/i }), 'hello');
    await userEvent.click(screen.getByRole('button', { name: 'Create' }));

    await waitFor(() => expect(location.pathname).toBe(`/schedules/${base.id}`));
    expect(calls.saveSchedule).toHaveBeenCalledWith(
      undefined,
      expect.objectContaining({ name: 'hourly', handler: 'echo', missedRuns: 'all', missedRunsMax: 10, input: { text: 'hello' } }),
    );
  });

  it('tells what is missing before it asks, and what the server refuses at its place', async () => {
    calls.saveSchedule.mockRejectedValue(
      new Problem(422, 'Invalid', 'There is no such time zone.', { pointer: '/timeZone' }),
    );
    render(<EditSchedulePage id={base.id} />);

    const name = await screen.findByRole('textbox', { name: 'Name' });
    await userEvent.clear(name);
    await userEvent.click(screen.getByRole('button', { name: 'Save' }));
    await screen.findByText('It needs a name.');
    expect(calls.saveSchedule).not.toHaveBeenCalled();

    await userEvent.type(name, 'nightly');
    await userEvent.click(screen.getByRole('button', { name: 'Save' }));
    const says = await screen.findByText('There is no such time zone.');
    expect(says.closest('.field')?.querySelector('label')?.textContent).toBe('Time zone');
  });
});
