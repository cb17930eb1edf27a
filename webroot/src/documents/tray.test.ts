import { describe, expect, it } from 'vitest';
import type { TaskEvent, TaskStatus } from '../api/client';
import { Tray, type TrayDoors, TryLater } from './tray';

interface Upload {
  readonly name: string;
  readonly signal: AbortSignal;
  answer(taskId: string): Promise<void>;
  fail(thrown: Error): Promise<void>;
}

const turn = () => new Promise<void>((resolve) => setTimeout(resolve));

/** What a tab keeps over a reload. */
function storage(): TrayDoors['storage'] {
  const kept = new Map<string, string>();
  return {
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, text) => kept.set(name, text),
    removeItem: (name) => kept.delete(name),
  };
}

/** A server that answers when the test says so. */
function world(stored = storage(), tasks: Record<string, TaskStatus> = {}) {
  const uploads: Upload[] = [];
  const cancelled: string[] = [];
  let goOn: () => void = () => undefined;
  const doors: TrayDoors = {
    storage: stored,
    send: ({ picked }, _onPart, signal) =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('aborted')));
        uploads.push({
          name: picked.name,
          signal,
          answer: (taskId) => {
            resolve({ taskId, documentId: `d-${taskId}` });
            return turn();
          },
          fail: (thrown) => {
            reject(thrown);
            return turn();
          },
        });
      }),
    task: (id) => {
      const status = tasks[id];
      if (status === undefined) return Promise.reject(Object.assign(new Error('no'), { status: 404 }));
      return Promise.resolve({ status, ...(status === 'succeeded' ? { result: { documentId: `d-${id}` } } : {}) });
    },
    cancel: (id) => {
      cancelled.push(id);
      return Promise.resolve();
    },
    pause: () => new Promise((resolve) => (goOn = resolve)),
  };
  const tray = new Tray(doors);
  const states = () => tray.snapshot().map((item) => `${item.name}: ${item.state}`);
  return { tray, uploads, cancelled, states, resume: () => (goOn(), turn()) };
}

const files = (...names: string[]) => names.map((name) => ({ name, file: new File(['text'], name) }));
const status = (task: string, to: TaskStatus, error?: string): TaskEvent => ({
  id: '1-0',
  task,
  type: 'task.status',
  at: '2026-11-21T10:00:00.000Z',
  data: { status: to, ...(error === undefined ? {} : { error: { message: error } }) },
});

describe('the tray of uploads', () => {
  it('sends two files at a time, in order', async () => {
    const { tray, uploads, states } = world();

    tray.add(files('a', 'b', 'c'), 'notes');

    expect(uploads.map((one) => one.name)).toEqual(['a', 'b']);
    await uploads[0]?.answer('t-a');
    expect(uploads.map((one) => one.name)).toEqual(['a', 'b', 'c']);
    expect(states()).toEqual(['a: queued', 'b: sending', 'c: sending']);
  });

  it('follows each file until it can be found', async () => {
    const { tray, uploads, states } = world();
    tray.add(files('a'), 'notes');
    await uploads[0]?.answer('t-a');

    tray.onTaskEvent(status('t-a', 'running'));
    tray.onTaskEvent({ ...status('t-a', 'running'), type: 'task.progress', data: { done: 1, total: 4, stage: 'embedding' } });

    expect(tray.snapshot()[0]).toMatchObject({ state: 'running', part: 0.25 });
    tray.onTaskEvent(status('t-a', 'succeeded'));
    expect(states()).toEqual(['a: ready']);
    expect(tray.snapshot()[0]?.part).toBeUndefined();
  });

  it('knows the end of a task that was faster than the answer to its upload', async () => {
    const { tray, uploads, states } = world();
    tray.add(files('a'), 'notes');

    tray.onTaskEvent(status('t-a', 'succeeded'));
    await uploads[0]?.answer('t-a');

    expect(states()).toEqual(['a: ready']);
  });

  it('follows a page that has nothing to send until it is a document', async () => {
    const { tray, uploads, states } = world(storage(), { 't-page': 'succeeded' });

    tray.follow('https://example.org/', 'notes', 't-page');
    expect(states()).toEqual(['https://example.org/: queued']);
    tray.onTaskEvent(status('t-page', 'succeeded'));
    await turn();

    expect(uploads).toEqual([]);
    expect(tray.snapshot()[0]).toMatchObject({ state: 'ready', documentId: 'd-t-page' });
  });

  it('says why a page could not be had, and that it cannot be sent again', () => {
    const { tray } = world();
    tray.follow('https://example.org/', 'notes', 't-page');

    tray.onTaskEvent(status('t-page', 'failed', 'There is no such page.'));

    expect(tray.snapshot()[0]).toMatchObject({ state: 'failed', reason: 'There is no such page.' });
    expect(tray.retryable).toBe(false);
  });

  it('sends only what failed again', async () => {
    const { tray, uploads, states } = world();
    tray.add(files('good', 'bad'), 'notes');
    await uploads[0]?.answer('t-good');
    await uploads[1]?.fail(new Error('too large'));
    tray.onTaskEvent(status('t-good', 'succeeded'));

    expect(tray.snapshot()[1]).toMatchObject({ state: 'failed', reason: 'too large' });
    tray.retryFailed();

    expect(states()).toEqual(['good: ready', 'bad: sending']);
    expect(uploads.map((one) => one.name)).toEqual(['good', 'bad', 'bad']);
  });

  it('says why the server could not take a file in', async () => {
    const { tray, uploads } = world();
    tray.add(files('a'), 'notes');
    await uploads[0]?.answer('t-a');

    tray.onTaskEvent(status('t-a', 'failed', 'it is no text'));

    expect(tray.snapshot()[0]).toMatchObject({ state: 'failed', reason: 'it is no text' });
  });

  it('waits when the server asks for patience, and loses nothing', async () => {
    const { tray, uploads, states, resume } = world();
    tray.add(files('a', 'b', 'c'), 'notes');
    await uploads[0]?.fail(new TryLater(1000));

    expect(states()).toEqual(['a: waiting', 'b: sending', 'c: waiting']);
    await resume();
    expect(states()).toEqual(['a: sending', 'b: sending', 'c: waiting']);
  });

  it('cancels what is on its way', async () => {
    const { tray, uploads, cancelled, states } = world();
    tray.add(files('sent', 'sending', 'waiting', 'last'), 'notes');
    await uploads[0]?.answer('t-sent');

    tray.cancelAll();
    await turn();

    expect(cancelled).toEqual(['t-sent']);
    expect(uploads[1]?.signal.aborted).toBe(true);
    expect(states()).toEqual(['sent: queued', 'sending: cancelled', 'waiting: cancelled', 'last: cancelled']);
  });

  it('survives a reload: it asks after what is at the server, and says what was not sent', async () => {
    const kept = storage();
    const before = world(kept);
    before.tray.add(files('a', 'b', 'c'), 'notes');
    await before.uploads[0]?.answer('t-a');

    const after = world(kept, { 't-a': 'succeeded' });
    await turn();

    expect(after.states()).toEqual(['a: ready', 'b: lost', 'c: lost']);
  });

  it('does not wait forever for a task the server has forgotten', async () => {
    const kept = storage();
    const before = world(kept);
    before.tray.add(files('a'), 'notes');
    await before.uploads[0]?.answer('t-a');

    const after = world(kept);
    await turn();

    expect(after.tray.snapshot()[0]?.state).toBe('failed');
  });

  it('forgets what is done when it is cleared', async () => {
    const { tray, uploads, states } = world();
    tray.add(files('a', 'b'), 'notes');
    await uploads[0]?.answer('t-a');
    tray.onTaskEvent(status('t-a', 'succeeded'));

    tray.clear();

    expect(states()).toEqual(['b: sending']);
  });
});
