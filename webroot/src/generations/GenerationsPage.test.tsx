// @vitest-environment jsdom
import { act, cleanup, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Generation, type Model, Problem } from '../api/client';
import type { Frame } from '../events/frames';
import { GenerationsPage } from './GenerationsPage';

const api = vi.hoisted(() => ({
  listGenerations: vi.fn(),
  getGeneration: vi.fn(),
  buildGeneration: vi.fn(),
  switchGeneration: vi.fn(),
  retryGeneration: vi.fn(),
  dropGeneration: vi.fn(),
}));
const calls = vi.hoisted(() => ({ listModels: vi.fn() }));
const listeners = vi.hoisted(() => new Set<(frame: Frame) => void>());
vi.mock('../api/generations', () => api);
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

const at = '2026-11-21T10:00:00.000Z';
const live: Generation = {
  id: 1, model: 'bge-small-en', chunker: 4, state: 'live', switchWhenComplete: false,
  documents: 120, done: 120, failed: 0, createdAt: at, switchedAt: at,
};
const built: Generation = {
  id: 2, model: 'e5-small-en', chunker: 5, state: 'building', switchWhenComplete: true,
  documents: 120, done: 57, failed: 0, createdAt: at,
};
const previous: Generation = { ...live, id: 1, state: 'previous' };
const nowLive: Generation = { ...built, state: 'live', done: 120, switchedAt: at };

const model = (name: string, task: string): Model => ({
  name, version: '1', task, provider: 'bundled', state: 'ready', waiting: 0, instances: [],
});

const tell = (type: string, data: unknown) =>
  act(() => listeners.forEach((hear) => hear({ id: '', type, data: JSON.stringify(data) })));
const card = (id: number) => screen.findByRole('article', { name: `Generation ${id}` });

beforeEach(() => {
  for (const call of [...Object.values(api), ...Object.values(calls)]) call.mockReset();
  api.listGenerations.mockResolvedValue([live, built]);
  api.getGeneration.mockResolvedValue({ ...built, failures: [] });
  calls.listModels.mockResolvedValue([
    model('bge-small-en', 'embed'), model('e5-small-en', 'embed'), model('marco', 'rerank'),
  ]);
  // jsdom knows no dialogs.
  HTMLDialogElement.prototype.showModal = function show() {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function close() {
    this.open = false;
  };
});
afterEach(cleanup);

describe('the page of the search index', () => {
  it('says of each generation what it is and how far it is, the live one first', async () => {
    api.listGenerations.mockResolvedValue([previous, { ...nowLive, id: 3 }, { ...built, id: 4, model: null }]);
    render(<GenerationsPage />);

    const text = (await card(3)).textContent;

    for (const words of ['e5-small-en', 'Live', 'generation 3', '120', 'version 5']) expect(text).toContain(words);
    expect((await card(4)).textContent).toContain('No model');
    expect(within(await card(4)).getByRole('progressbar').getAttribute('value')).toBe('57');
    expect(screen.getAllByRole('article').map((one) => one.getAttribute('aria-label'))).toEqual([
      'Generation 3', 'Generation 4', 'Generation 1',
    ]);
    expect(within(await card(3)).queryAllByRole('button')).toEqual([]);
  });

  it('follows what is built without asking, and says when it has become live', async () => {
    render(<GenerationsPage />);
    await card(2);

    tell('generations', { items: [live, { ...built, done: 90 }] });
    expect(within(await card(2)).getByRole('progressbar').getAttribute('value')).toBe('90');
    tell('generations', { items: [live, { ...built, done: 119, failed: 1 }] });
    expect(screen.getByText('Generation 2 is built, but for 1 document that failed.')).toBeDefined();
    tell('generations', { items: [previous, nowLive] });

    expect(screen.getByText('Generation 2 is live now.').closest('[role=status]')).not.toBeNull();
    expect(within(await card(1)).getByText('Kept')).toBeDefined();
    tell('generations', { items: [nowLive] });
    expect(screen.getByText('Generation 1 is deleted.')).toBeDefined();
    expect(api.listGenerations).toHaveBeenCalledTimes(1);
  });

  it('asks again after a break of the events', async () => {
    render(<GenerationsPage />);
    await card(2);
    api.listGenerations.mockResolvedValue([previous, nowLive]);

    tell('feed.gap', {});

    await within(await card(2)).findByText('Live');
  });

  it('builds another one, with a model of the catalogue that embeds and is not in use', async () => {
    api.listGenerations.mockResolvedValue([live]);
    api.buildGeneration.mockResolvedValue(built);
    render(<GenerationsPage />);
    const opener = await screen.findByRole('button', { name: 'Build another' });
    await userEvent.click(opener);
    expect(document.activeElement).toBe(screen.getByLabelText('Model'));
    await userEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    expect(document.activeElement).toBe(opener);
    await userEvent.click(opener);

    const select = await screen.findByLabelText<HTMLSelectElement>('Model');
    await vi.waitFor(() => expect(select.value).toBe('e5-small-en'));
    expect([...select.options].map((option) => option.text)).toEqual([
      'bge-small-en (the one in use)', 'e5-small-en', 'No model',
    ]);
    expect(screen.queryByText('No other model embeds')).toBeNull();
    await userEvent.click(screen.getByLabelText('Switch to it when it is complete'));
    api.listGenerations.mockResolvedValue([live, built]);
    await userEvent.click(screen.getByRole('button', { name: 'Build it' }));

    await screen.findByText('Generation 2 is being built.');
    await card(2);
    expect(api.buildGeneration).toHaveBeenCalledWith('e5-small-en', false);
    expect(screen.queryByRole('button', { name: 'Build another' })).toBeNull();
  });

  it('says where models come from when there is no other one', async () => {
    api.listGenerations.mockResolvedValue([live]);
    calls.listModels.mockResolvedValue([model('bge-small-en', 'embed'), model('marco', 'rerank')]);
    render(<GenerationsPage />);

    await userEvent.click(await screen.findByRole('button', { name: 'Build another' }));

    expect((await screen.findByText('No other model embeds')).closest('[role=status]')?.textContent).toContain('handlers.yaml');
    expect(screen.getByLabelText<HTMLSelectElement>('Model').value).toBe('bge-small-en');
  });

  it('can build one without a model although nobody knows the models', async () => {
    api.listGenerations.mockResolvedValue([live]);
    calls.listModels.mockRejectedValue(new Problem(503, 'Service unavailable', 'No running worker answers.'));
    api.buildGeneration.mockRejectedValue(new Problem(409, 'Conflict', 'Another generation is being built.'));
    render(<GenerationsPage />);
    await userEvent.click(await screen.findByRole('button', { name: 'Build another' }));
    await screen.findByText('No running worker answers.');

    await userEvent.click(screen.getByRole('button', { name: 'Build it' }));

    await screen.findByText('Another generation is being built.');
    expect(api.buildGeneration).toHaveBeenCalledWith(null, true);
  });

  it('switches to a complete one after it said what happens', async () => {
    api.listGenerations.mockResolvedValue([live, { ...built, done: 120 }]);
    api.switchGeneration.mockResolvedValue(nowLive);
    render(<GenerationsPage />);
    await userEvent.click(await screen.findByRole('button', { name: 'Switch to it: Generation 2' }));

    const dialog = screen.getByRole('dialog', { name: 'Search from generation 2?' });
    expect(dialog.textContent).toContain('meaning as e5-small-en sees it');
    expect(dialog.textContent).toContain('Generation 1, which is live now, is kept');
    expect(api.switchGeneration).not.toHaveBeenCalled();
    api.listGenerations.mockResolvedValue([previous, nowLive]);
    await userEvent.click(within(dialog).getByRole('button', { name: 'Switch' }));

    await screen.findByText('Generation 2 is live now.');
    expect(api.switchGeneration).toHaveBeenCalledWith(2, false);
    await screen.findByRole('button', { name: 'Go back to it: Generation 1' });
  });

  it('offers to switch without documents only where some are missing, and says how many', async () => {
    api.listGenerations.mockResolvedValue([live, { ...built, failed: 3 }]);
    api.getGeneration.mockResolvedValue({ ...built, failed: 3, failures: [] });
    api.switchGeneration.mockRejectedValue(new Problem(409, 'Conflict', 'Generation 2 is being dropped.'));
    render(<GenerationsPage />);
    await userEvent.click(await screen.findByRole('button', { name: 'Switch to it: Generation 2' }));

    const dialog = screen.getByRole('dialog');
    expect(dialog.textContent).toContain('Of 120 documents 60 are not in it yet and 3 failed.');
    expect(dialog.textContent).toContain('what failed, when you try it again');
    expect(within(dialog).queryByRole('button', { name: 'Switch' })).toBeNull();
    await userEvent.click(within(dialog).getByRole('button', { name: 'Switch without 63 documents' }));

    await screen.findByText('Generation 2 is being dropped.');
    expect(api.switchGeneration).toHaveBeenCalledWith(2, true);
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(api.listGenerations).toHaveBeenCalledTimes(2);
  });

  it('names what failed with the reason, and tries it again', async () => {
    const failed: Generation = { ...built, done: 118, failed: 2 };
    api.listGenerations.mockResolvedValue([live, failed]);
    api.getGeneration.mockResolvedValue({
      ...failed,
      failures: [{ documentId: 'd1', name: 'bad.md', collection: 'manual', taskId: '0-t', error: 'The model chokes.' }],
    });
    api.retryGeneration.mockResolvedValue(built);
    render(<GenerationsPage />);

    expect((await screen.findByRole('link', { name: 'bad.md' })).getAttribute('href')).toBe('/documents/d1');
    expect(screen.getByRole('link', { name: 'The task of bad.md' }).getAttribute('href')).toBe('/tasks/0-t');
    for (const words of ['The model chokes.', 'And 1 more.', 'does not become live by itself']) {
      expect((await card(2)).textContent).toContain(words);
    }
    await userEvent.click(screen.getByRole('button', { name: 'Try what failed in Generation 2 again' }));

    await screen.findByText('The documents that failed in Generation 2 are tried again.');
    expect(api.retryGeneration).toHaveBeenCalledWith(2);
  });

  it('drops one only when asked twice', async () => {
    api.listGenerations.mockResolvedValue([previous, nowLive]);
    api.dropGeneration.mockResolvedValue(undefined);
    render(<GenerationsPage />);
    const drop = await screen.findByRole('button', { name: 'Drop it: Generation 1' });

    await userEvent.click(drop);
    await userEvent.click(screen.getByRole('button', { name: 'Keep it' }));
    expect(screen.queryByRole('dialog')).toBeNull();
    await userEvent.click(drop);
    expect(screen.getByRole('dialog').textContent).toContain('would have to be built anew');
    await userEvent.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Drop it' }));

    await screen.findByText('Generation 1 is being deleted.');
    expect(api.dropGeneration).toHaveBeenCalledExactlyOnceWith(1);
  });

  it('says what is wrong when nobody answers, and that there is nothing yet', async () => {
    api.listGenerations.mockRejectedValueOnce(new Problem(503, 'Service unavailable', 'PostgreSQL does not answer.'));
    render(<GenerationsPage />);
    expect(screen.getByRole('status', { name: 'Loading the search index' })).toBeDefined();
    expect(screen.queryByRole('button', { name: 'Build another' })).toBeNull();
    expect((await screen.findByRole('alert')).textContent).toContain('PostgreSQL does not answer.');
    api.listGenerations.mockResolvedValue([]);

    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));

    await screen.findByText('No index yet');
    expect(screen.queryByRole('button', { name: 'Build another' })).toBeNull();
  });
});
