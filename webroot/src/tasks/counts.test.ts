import { describe, expect, it } from 'vitest';
import type { TaskStatus, TaskSummary } from '../api/client';
import { type Counts, countsOf, endedOf, inWords } from './counts';

const counts = (part: Partial<Counts>): Counts => ({
  total: 5,
  open: 0,
  succeeded: 0,
  failed: 0,
  dead: 0,
  cancelled: 0,
  ...part,
});
const child = (status: TaskStatus) => ({ id: `0-${status}`, status }) as TaskSummary;

describe('the tasks of a job', () => {
  it('are counted as the job says while not all of them are at hand', () => {
    const told = counts({ open: 3, succeeded: 2 });

    expect(countsOf(told, undefined)).toBe(told);
    expect(countsOf(told, [child('succeeded'), child('dead')])).toBe(told);
  });

  it('are counted one by one when all are at hand, whatever a cancelled job still believes', () => {
    const children = (['queued', 'scheduled', 'cancelled', 'dead', 'failed'] as const).map(child);

    expect(countsOf(counts({ open: 5 }), children)).toEqual(counts({ open: 2, cancelled: 1, dead: 1, failed: 1 }));
  });

  it('are told in words and in short', () => {
    const waiting = counts({ open: 3, succeeded: 2 });

    expect(inWords(waiting, 'waiting')).toBe('Waits for 3 of 5 tasks');
    expect(inWords(waiting, 'cancelled')).toBe('Waited for 3 of 5 tasks');
    expect(inWords(counts({ succeeded: 4, dead: 1 }), 'failed')).toBe('4 of 5 tasks succeeded');
    expect(inWords(counts({ succeeded: 5 }), 'succeeded')).toBe('All 5 tasks succeeded');
    expect(inWords(counts({ total: 1, succeeded: 1 }), 'succeeded')).toBe('Its task succeeded');
    expect(endedOf(waiting)).toBe('2/5');
  });
});
