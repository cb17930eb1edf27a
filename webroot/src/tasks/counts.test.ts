import { describe, expect, it } from 'vitest';
import { type Counts, endedOf, inWords } from './counts';

const counts = (part: Partial<Counts>): Counts => ({
  total: 5,
  open: 0,
  succeeded: 0,
  failed: 0,
  dead: 0,
  cancelled: 0,
  ...part,
});

describe('the tasks of a job', () => {
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
