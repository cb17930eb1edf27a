// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';
import { pauseHandler } from '../api/calls';
import type { Handler } from '../api/client';
import { Pause } from './Pause';

vi.mock('../api/calls', () => ({ pauseHandler: vi.fn() }));

const asked = vi.mocked(pauseHandler);

const echo: Handler = {
  name: 'echo',
  type: 'echo',
  version: 1,
  description: '',
  inputSchema: {},
  liveWorkers: 1,
  concurrency: 4,
  timeoutMs: 1000,
  paused: false,
};

afterEach(() => {
  cleanup();
  asked.mockReset();
});

it('pauses a handler that runs and resumes one that is paused', async () => {
  asked.mockResolvedValue(echo);
  const user = userEvent.setup();
  const { rerender } = render(<Pause handler={echo} />);

  await user.click(screen.getByRole('button', { name: 'Pause' }));
  rerender(<Pause handler={{ ...echo, paused: true }} />);
  await user.click(await screen.findByRole('button', { name: 'Resume' }));

  expect(asked.mock.calls).toEqual([
    ['echo', true],
    ['echo', false],
  ]);
});

it('says why a handler could not be paused', async () => {
  asked.mockRejectedValue(new TypeError('fetch failed'));
  render(<Pause handler={echo} />);

  await userEvent.click(screen.getByRole('button', { name: 'Pause' }));

  expect(await screen.findByRole('alert')).toBeTruthy();
});
