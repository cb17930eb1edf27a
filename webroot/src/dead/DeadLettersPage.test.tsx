// @vitest-environment jsdom
import { cleanup, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DeadLetterSummary } from '../api/client';
import { DeadLettersPage } from './DeadLettersPage';

const calls = vi.hoisted(() => ({
  listHandlers: vi.fn(),
  listDeadLetters: vi.fn(),
  retryDeadLetter: vi.fn(),
  deleteDeadLetter: vi.fn(),
  countDeadLetters: vi.fn(),
  retryDeadLetters: vi.fn(),
}));
vi.mock('../api/calls', () => calls);
vi.mock('../events/feed', () => ({ useFeed: () => undefined }));

function letter(id: string, part: Partial<DeadLetterSummary> = {}): DeadLetterSummary {
  return {
    id,
    handler: 'echo',
    priority: 'normal',
    project: 'default',
    user: 'anonymous',
    preview: '{"text":"hello"}',
    error: { type: 'unavailable', message: 'It was away.', retryable: true },
    attempts: 3,
    deliveries: 3,
    round: 1,
    createdAt: '2026-11-21T10:00:00.000Z',
    diedAt: '2026-11-21T10:00:09.000Z',
    ...part,
  };
}

beforeEach(() => {
  // jsdom knows no dialogs.
  HTMLDialogElement.prototype.showModal = function show() {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function close() {
    this.open = false;
  };
  history.replaceState(null, '', '/dead-letters');
  for (const call of Object.values(calls)) call.mockReset();
  calls.listHandlers.mockResolvedValue([{ name: 'echo' }, { name: 'ingest' }]);
  calls.listDeadLetters.mockResolvedValue({ items: [letter('0-a'), letter('0-b', { handler: 'ingest' })] });
});
afterEach(cleanup);

const rows = () => screen.getAllByRole('row').slice(1);

describe('the page of dead letters', () => {
  it('says of each what it was, what it died of, and how often it ran', async () => {
    calls.listDeadLetters.mockResolvedValue({ items: [letter('0-a', { attempts: 1, deliveries: 3 })] });
    render(<DeadLettersPage />);

    const row = (await screen.findByText('It was away.', { exact: false })).closest('tr');

    expect(row?.textContent).toContain('{"text":"hello"}');
    expect(row?.textContent).toContain('unavailable');
    expect(row?.textContent).toContain('2 lost');
    expect(screen.getByRole('link', { name: 'echo' }).getAttribute('href')).toBe('/dead-letters/0-a');
  });

  it('takes a task that is retried out of the list and says where it went', async () => {
    calls.retryDeadLetter.mockResolvedValue({});
    render(<DeadLettersPage />);

    await userEvent.click(await screen.findByRole('button', { name: 'Retry echo 0-a' }));

    expect((await screen.findByRole('link', { name: 'Follow it' })).getAttribute('href')).toBe('/tasks/0-a');
    expect(rows()).toHaveLength(1);
    await waitFor(() => expect(document.activeElement?.textContent).toContain('queued again'));
  });

  it('keeps a task that could not be retried, and says why', async () => {
    calls.retryDeadLetter.mockRejectedValue(new TypeError('no answer'));
    render(<DeadLettersPage />);

    await userEvent.click(await screen.findByRole('button', { name: 'Retry echo 0-a' }));

    expect((await screen.findByRole('alert')).textContent).toContain('does not answer');
    expect(rows()).toHaveLength(2);
    expect(screen.getByRole('button', { name: 'Retry echo 0-a' })).toHaveProperty('disabled', false);
  });

  it('deletes only what the person confirms', async () => {
    calls.deleteDeadLetter.mockResolvedValue(undefined);
    render(<DeadLettersPage />);

    await userEvent.click(await screen.findByRole('button', { name: 'Delete echo 0-a' }));
    expect(calls.deleteDeadLetter).not.toHaveBeenCalled();
    await userEvent.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Delete it' }));

    await screen.findByText('The dead letter is deleted.');
    expect(calls.deleteDeadLetter).toHaveBeenCalledWith('0-a');
    expect(rows()).toHaveLength(1);
  });

  it('counts what matches before it retries all of it, at the rate the person gives', async () => {
    history.replaceState(null, '', '/dead-letters?handler=echo');
    calls.countDeadLetters.mockResolvedValue({ matched: 12, more: false });
    calls.retryDeadLetters.mockResolvedValue({ retried: 12, more: false });
    render(<DeadLettersPage />);

    await userEvent.click(await screen.findByRole('button', { name: 'Retry all that match' }));
    const dialog = within(screen.getByRole('dialog'));
    await dialog.findByText('12 dead letters');
    expect(calls.retryDeadLetters).not.toHaveBeenCalled();
    await userEvent.type(dialog.getByRole('spinbutton'), '0.5');
    await dialog.findByText('The last one starts in 22.0 s.');
    await userEvent.click(dialog.getByRole('button', { name: 'Retry 12 tasks' }));

    await screen.findByText('12 tasks are queued again.');
    expect(calls.retryDeadLetters).toHaveBeenCalledWith({ handler: 'echo' }, 10_000, 0.5);
  });

  it('goes on where a page ended, also when that page was empty', async () => {
    calls.listDeadLetters.mockResolvedValueOnce({ items: [], next: 'on' });
    render(<DeadLettersPage />);

    await userEvent.click(await screen.findByRole('button', { name: 'Older dead letters' }));

    await waitFor(() => expect(rows()).toHaveLength(2));
    expect(calls.listDeadLetters).toHaveBeenLastCalledWith({ cursor: 'on' });
    expect(screen.queryByRole('button', { name: 'Older dead letters' })).toBeNull();
  });

  it('puts a chosen filter into the address and asks by it', async () => {
    render(<DeadLettersPage />);

    await userEvent.selectOptions(await screen.findByLabelText('Error'), 'worker_lost');

    expect(location.search).toBe('?errorType=worker_lost');
    expect(calls.listDeadLetters.mock.lastCall?.[0]).toEqual({ errorType: 'worker_lost' });
  });

  it('asks for a user when the name is whole, and for all again when the field is emptied', async () => {
    render(<DeadLettersPage />);
    await screen.findAllByRole('row');

    await userEvent.type(screen.getByLabelText('User'), 'ada');
    expect(location.search).toBe('');
    await userEvent.keyboard('{Enter}');
    expect(location.search).toBe('?user=ada');
    await waitFor(() => expect(calls.listDeadLetters.mock.lastCall?.[0]).toEqual({ user: 'ada' }));

    await userEvent.clear(screen.getByLabelText('User'));
    expect(location.search).toBe('');
  });

  it('says that nothing is dead, or that nothing matches', async () => {
    calls.listDeadLetters.mockResolvedValue({ items: [] });
    const { unmount } = render(<DeadLettersPage />);
    await screen.findByText('No dead letters');
    unmount();

    history.replaceState(null, '', '/dead-letters?handler=echo');
    render(<DeadLettersPage />);

    await screen.findByText('No dead letter is like that');
    expect(screen.queryByRole('button', { name: /Retry all/ })).toBeNull();
  });

  it('offers to try again when the server does not answer', async () => {
    calls.listDeadLetters.mockRejectedValueOnce(new TypeError('no answer'));
    render(<DeadLettersPage />);

    await userEvent.click(await screen.findByRole('button', { name: 'Try again' }));

    await waitFor(() => expect(rows()).toHaveLength(2));
  });
});
