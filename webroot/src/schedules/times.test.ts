import { describe, expect, it } from 'vitest';
import { inZone, missedRuns, sameClock, zones } from './times';

describe('the times of schedules', () => {
  const now = new Date('2026-11-21T12:00:00Z');

  it('are told by the clocks of their zone, on both sides of a clock change', () => {
    expect(inZone('2026-03-29T00:30:00.000Z', 'Europe/Berlin', now)).toBe('Sun 29 Mar, 01:30');
    expect(inZone('2026-03-29T01:00:00.000Z', 'Europe/Berlin', now)).toBe('Sun 29 Mar, 03:00');
    expect(inZone('2026-03-28T15:30:00.000Z', 'Australia/Lord_Howe', now)).toBe('Sun 29 Mar, 02:30');
  });

  it('name their year when it is another', () => {
    expect(inZone('2027-01-01T00:00:00.000Z', 'UTC', now)).toBe('Fri 1 Jan 2027, 00:00');
    expect(inZone('2026-12-31T23:30:00.000Z', 'Europe/Berlin', now)).toBe('Fri 1 Jan 2027, 00:30');
  });

  it('are shown twice only where the clocks differ', () => {
    expect(sameClock('2026-01-01T00:00:00Z', 'Europe/Berlin', 'Europe/Paris')).toBe(true);
    expect(sameClock('2026-01-01T00:00:00Z', 'Europe/London', 'UTC')).toBe(true);
    expect(sameClock('2026-07-01T00:00:00Z', 'Europe/London', 'UTC')).toBe(false);
  });

  it('are still told in a zone this browser does not know', () => {
    expect(inZone('2026-03-29T00:30:00.000Z', 'Mars/Olympus', now)).toMatch(/\d\d:\d\d$/);
    expect(zones()[0]).toBe('UTC');
  });

  it('say what becomes of missed runs', () => {
    expect(missedRuns('all', 3)).toBe('the last 3, each with its task');
    expect(missedRuns('skip', 10)).toBe('skipped');
  });
});
