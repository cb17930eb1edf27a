// @vitest-environment jsdom
import { cleanup, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Model, Problem } from '../api/client';
import { ModelsPage } from './ModelsPage';

const calls = vi.hoisted(() => ({ listModels: vi.fn(), moveModel: vi.fn() }));
vi.mock('../api/calls', () => calls);

const here = { process: 'worker-1', state: 'unloaded', device: 'cpu', waiting: 0 } as const;
const bge: Model = {
  name: 'bge-small-en',
  version: 'bge-small-en-v1.5-q',
  task: 'embed',
  provider: 'bundled',
  state: 'unloaded',
  waiting: 0,
  instances: [here],
};
const used = {
  ...here,
  state: 'ready',
  waiting: 12,
  memoryBytes: 90 * 1024 * 1024,
  loadMs: 830,
  lastUsedAt: '2026-11-21T10:00:00.000Z',
} as const;

beforeEach(() => {
  for (const call of Object.values(calls)) call.mockReset();
  calls.listModels.mockResolvedValue([bge]);
});
afterEach(cleanup);

describe('the page of models', () => {
  it('says of each where it stands and what it takes', async () => {
    calls.listModels.mockResolvedValue([{ ...bge, state: 'ready', waiting: 12, instances: [used] }]);
    render(<ModelsPage />);

    const row = (await screen.findByText('bge-small-en')).closest('tr');

    for (const words of ['bge-small-en-v1.5-q', 'In memory', '12 texts waiting', 'cpu', '90 MB', '830 ms']) {
      expect(row?.textContent).toContain(words);
    }
    expect(screen.getByRole('button', { name: 'Unload bge-small-en' })).toBeDefined();
  });

  it('shows a model on each of its processes, with one way to move them all', async () => {
    calls.listModels.mockResolvedValue([
      { ...bge, state: 'ready', instances: [used, { ...here, process: 'worker-2', device: 'cuda:0' }] },
    ]);
    render(<ModelsPage />);

    await screen.findByText('on worker-1');

    const rows = within(screen.getByRole('table')).getAllByRole('row').slice(1);
    expect(rows.map((row) => row.textContent)).toEqual([
      expect.stringContaining('In memory'),
      expect.stringContaining('cuda:0'),
    ]);
    expect(screen.getAllByRole('button')).toHaveLength(1);
  });

  it('says what is wrong with one', async () => {
    calls.listModels.mockResolvedValue([
      { ...bge, state: 'failed', instances: [{ ...here, state: 'failed', trouble: 'model.onnx is cut short.' }] },
    ]);
    render(<ModelsPage />);

    await screen.findByText('model.onnx is cut short.');
    expect(screen.getByText('Failed')).toBeDefined();
    expect(screen.getByRole('button', { name: 'Load bge-small-en' })).toBeDefined();
  });

  it('loads one by hand, says so and looks again', async () => {
    let arrive: () => void = () => undefined;
    calls.moveModel.mockReturnValue(new Promise<void>((resolve) => (arrive = resolve)));
    render(<ModelsPage />);

    const button = await screen.findByRole('button', { name: 'Load bge-small-en' });
    await userEvent.click(button);
    expect(button.hasAttribute('disabled')).toBe(true);
    calls.listModels.mockResolvedValue([{ ...bge, state: 'ready', instances: [used] }]);
    arrive();

    await screen.findByText('bge-small-en is in memory.');
    await screen.findByRole('button', { name: 'Unload bge-small-en' });
    expect(calls.moveModel).toHaveBeenCalledWith('bge-small-en', 'load');
  });

  it('says why one cannot be moved', async () => {
    calls.moveModel.mockRejectedValue(new Problem(409, 'Conflict', 'Texts wait for this model.'));
    render(<ModelsPage />);

    await userEvent.click(await screen.findByRole('button', { name: 'Load bge-small-en' }));

    expect((await screen.findByRole('alert')).textContent).toContain('Texts wait for this model.');
  });

  it('says where models come from when there are none, and what is wrong when nobody knows', async () => {
    calls.listModels.mockResolvedValueOnce([]);
    const { unmount } = render(<ModelsPage />);
    await screen.findByText('No models');
    unmount();

    calls.listModels.mockRejectedValue(
      new Problem(503, 'Service unavailable', 'No running process with the role worker answers.'),
    );
    render(<ModelsPage />);
    expect((await screen.findByRole('alert')).textContent).toContain('role worker');
  });
});
