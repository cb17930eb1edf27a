import { describe, expect, it } from 'vitest';
import { asked, filterAddress, readFilter, touchesDeadLetters } from './letters';

describe('the filter of dead letters', () => {
  it('is read from the address and written back the same', () => {
    const query = 'handler=echo&errorType=worker_lost&user=me&from=2026-11-20&to=2026-11-21';

    const filter = readFilter(new URLSearchParams(query));

    expect(filterAddress(filter)).toBe(`/dead-letters?${query}`);
  });

  it('asks from the beginning of the first day to the end of the last', () => {
    const { from, to } = asked(readFilter(new URLSearchParams('from=2026-12-31&to=2026-12-31')));

    expect(new Date(from ?? '')).toEqual(new Date(2026, 11, 31));
    expect(new Date(to ?? '')).toEqual(new Date(2027, 0, 1));
  });

  it.each(['yesterday', '2026-02-30', '2026-2-3', '0001-01-01', ''])('leaves out the date %j, which is none', (date) => {
    expect(asked(readFilter(new URLSearchParams({ from: date, to: date })))).toEqual({});
  });
});

describe('news of the feed', () => {
  it('matters when a task dies, is run again, or news were lost', () => {
    expect(touchesDeadLetters({ type: 'task.status', data: { status: 'dead' } })).toBe(true);
    expect(touchesDeadLetters({ type: 'task.status', data: { status: 'queued', reason: 'redriven' } })).toBe(true);
    expect(touchesDeadLetters({ type: 'feed.gap' })).toBe(true);
  });

  it('does not matter otherwise', () => {
    expect(touchesDeadLetters({ type: 'task.status', data: { status: 'queued' } })).toBe(false);
    expect(touchesDeadLetters({ type: 'handlers' })).toBe(false);
  });
});
