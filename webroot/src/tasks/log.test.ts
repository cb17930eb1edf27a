import { describe, expect, it } from 'vitest';
import { append, compareIds, emptyLog, folded, type Log, progressOf } from './log';

const frame = (id: string, type = 'task.progress', data: object = {}, more: object = {}) => ({
  id,
  type,
  data: JSON.stringify({ ...(id === '' ? {} : { id }), task: '0-x', type, at: '2026-11-21T10:00:00.000Z', data, ...more }),
});
const read = (...frames: ReturnType<typeof frame>[]) => frames.reduce<Log>(append, emptyLog);

describe('the log of a task', () => {
  it('keeps each event once, also when a resumed stream sends one again', () => {
    const log = read(frame('1-0'), frame('2-0'), frame('2-0'), frame('1-0'), frame('2-1'));

    expect(log.events.map((event) => event.id)).toEqual(['1-0', '2-0', '2-1']);
  });

  it('begins with a snapshot when its beginning is gone', () => {
    const log = read(frame('1-0'), frame('', 'task.snapshot', { task: { id: '0-x', status: 'running' } }), frame('9-0'));

    expect(log.snapshot?.status).toBe('running');
    expect(log.events.map((event) => event.id)).toEqual(['9-0']);
  });

  it('orders ids by number, not by letter', () => {
    expect(compareIds('9-0', '10-0')).toBeLessThan(0);
    expect(compareIds('10-10', '10-9')).toBeGreaterThan(0);
    expect(compareIds('10-1', '10-1')).toBe(0);
  });

  it('tells the progress of the present attempt only', () => {
    const started = read(frame('1-0', 'task.progress', { done: 3, total: 4, stage: 'embedding' }));

    expect(progressOf(started)).toEqual({ done: 3, total: 4, stage: 'embedding' });
    expect(progressOf(append(started, frame('2-0', 'task.attempt')))).toBeNull();
    expect(progressOf(append(started, frame('2-0', 'task.status', { status: 'succeeded' }, { final: true })))).toBeNull();
  });

  it('is shown with the newest progress of each stage', () => {
    const log = read(
      frame('1-0', 'task.status', { status: 'running' }),
      frame('2-0', 'task.progress', { done: 0, total: 1, stage: 'extract' }),
      frame('3-0', 'task.progress', { done: 0, total: 9, stage: 'embed' }),
      frame('4-0', 'task.progress', { done: 9, total: 9, stage: 'embed' }),
      frame('5-0', 'task.attempt'),
      frame('6-0', 'task.progress', { done: 1, total: 9, stage: 'embed' }),
    );

    expect(folded(log.events).map((event) => event.id)).toEqual(['1-0', '2-0', '4-0', '5-0', '6-0']);
  });
});
