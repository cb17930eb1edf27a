import { describe, expect, it } from 'vitest';
import { excerpt, pieces, tidy } from './excerpt';

describe('matched ranges', () => {
  it('cut the text into pieces that together are the text', () => {
    const cut = pieces('the mill wheel turns', [
      { start: 4, end: 8 },
      { start: 15, end: 20 },
    ]);

    expect(cut).toEqual([
      { text: 'the ', matched: false },
      { text: 'mill', matched: true },
      { text: ' wheel ', matched: false },
      { text: 'turns', matched: true },
    ]);
    expect(cut.map((piece) => piece.text).join('')).toBe('the mill wheel turns');
  });

  it('are sorted, merged where they touch, and kept inside the text', () => {
    expect(
      tidy(
        [
          { start: 8, end: 99 },
          { start: -3, end: 2 },
          { start: 2, end: 4 },
          { start: 6, end: 6 },
        ],
        10,
      ),
    ).toEqual([
      { start: 0, end: 4 },
      { start: 8, end: 10 },
    ]);
  });

  it('count UTF-16 units, so that text after an emoji is marked where it stands', () => {
    expect(pieces('💧 water', [{ start: 3, end: 8 }]).at(-1)).toEqual({ text: 'water', matched: true });
  });
});

describe('an excerpt', () => {
  const filler = 'word '.repeat(100);
  const text = `${filler}wheel and water ${filler}`;
  const at = filler.length;

  it('is the whole of a short text', () => {
    const shown = excerpt('short', [{ start: 0, end: 5 }], 100);

    expect(shown).toEqual({ text: 'short', ranges: [{ start: 0, end: 5 }], cutBefore: false, cutAfter: false });
  });

  it('lies where the matches are and marks the same words', () => {
    const shown = excerpt(
      text,
      [
        { start: at, end: at + 5 },
        { start: at + 10, end: at + 15 },
      ],
      120,
    );

    expect(shown.ranges.map((r) => shown.text.slice(r.start, r.end))).toEqual(['wheel', 'water']);
    expect([shown.cutBefore, shown.cutAfter]).toEqual([true, true]);
    expect(shown.text.length).toBeLessThanOrEqual(121);
  });

  it('begins and ends with whole words', () => {
    const shown = excerpt(text, [{ start: at, end: at + 5 }], 120);

    expect(shown.text).toMatch(/^(word|wheel)\b.*\b(word|water|and)$/s);
  });

  it('never cuts a pair of surrogates', () => {
    const shown = excerpt('💧'.repeat(200), [], 101);

    expect(shown.text.isWellFormed()).toBe(true);
  });
});
