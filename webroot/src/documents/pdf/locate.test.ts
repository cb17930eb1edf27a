import { describe, expect, it } from 'vitest';
import { covered, locate } from './locate';

const words = (items: readonly string[], passage: string) =>
  locate(items, passage).map(({ item, start, end }) => items[item]?.slice(start, end));

describe('locate', () => {
  it('finds a passage over several items and lines', () => {
    const page = ['A mill.', 'The wheel turns', 'with the water', 'all day. Night', 'falls.'];

    expect(words(page, 'The wheel turns with the water all day.')).toEqual([
      'The wheel turns',
      'with the water',
      'all day',
    ]);
  });

  it('does not mind hyphens at line ends, ligatures and capitals', () => {
    expect(words(['The ﬁne mill-', 'stone grinds'], 'the fine millstone')).toEqual(['The ﬁne mill', 'stone']);
  });

  it('finds what stands on this page of a passage that goes on over its end', () => {
    const begin = 'The wheel of the upper mill turns with the water of the pond';
    const rest = ' and the lower one with what the upper mill has left of it.';

    expect(words(['Other words.', begin], begin + rest).join('')).toMatch(/^The wheel .* of the/);
    expect(words([rest, 'Other words.'], begin + rest).join('')).toMatch(/upper mill/);
  });

  it('reads letters of every script, and characters of two units', () => {
    expect(words(['Колесо 𝟏𝟐 мелет', 'зерно.'], 'колесо 12 мелет зерно')).toEqual(['Колесо 𝟏𝟐 мелет', 'зерно']);
  });

  it('finds nothing where nothing of it stands', () => {
    expect(locate(['Other words entirely.'], 'The wheel turns with the water all day.')).toEqual([]);
    expect(locate([], 'The wheel')).toEqual([]);
    expect(locate(['The wheel'], ' … ')).toEqual([]);
  });

  it('counts what it found', () => {
    expect(covered(locate(['The wheel'], 'wheel'))).toBe(5);
  });
});
