import { describe, expect, it } from 'vitest';
import { bytes, duration, plural, relative, timeOfDay } from './format';

describe('a moment', () => {
  const now = new Date(2026, 10, 21, 12, 0, 0);
  const ago = (ms: number) => relative(new Date(now.getTime() - ms), now);

  it.each([
    [0, 'just now'],
    [4_999, 'just now'],
    [12_000, '12 s ago'],
    [59_999, '59 s ago'],
    [60_000, '1 min ago'],
    [3_599_999, '59 min ago'],
    [3_600_000, '1 h ago'],
    [-90_000, 'in 1 min'],
  ])('%i ms before now is said as "%s"', (ms, said) => {
    expect(ago(ms)).toBe(said);
  });

  it('more than a day away is said by its date, with the year when it is another', () => {
    expect(relative(new Date(2026, 10, 14, 10, 32), now)).toBe('14 Nov, 10:32');
    expect(relative(new Date(2025, 10, 14, 10, 32), now)).toBe('14 Nov 2025, 10:32');
  });

  it('that is none is said to be unknown', () => {
    expect(relative(new Date('yesterday-ish'), now)).toBe('unknown');
  });

  it('in a log has milliseconds', () => {
    expect(timeOfDay(new Date(2026, 0, 2, 3, 4, 5, 6))).toBe('03:04:05.006');
  });
});

describe('a span of time', () => {
  it.each([
    [0.4, '< 1 ms'],
    [7, '7 ms'],
    [1_240, '1.24 s'],
    [59_940, '59.9 s'],
    [125_000, '2 min 5 s'],
    [120_000, '2 min'],
    [11_400_000, '3 h 10 min'],
    [187_200_000, '2 d 4 h'],
    [-5, '0 ms'],
  ])('of %d ms is said as "%s"', (ms, said) => {
    expect(duration(ms)).toBe(said);
  });
});

describe('numbers', () => {
  it('of bytes are in binary units', () => {
    expect([0, 1023, 1024, 1_536, 10_485_760].map(bytes)).toEqual(['0 B', '1023 B', '1.0 KB', '1.5 KB', '10 MB']);
  });

  it('of things are one or many', () => {
    expect([plural(1, 'file'), plural(1200, 'file'), plural(2, 'entry', 'entries')]).toEqual([
      '1 file',
      '1,200 files',
      '2 entries',
    ]);
  });
});
