import { describe, expect, it } from 'vitest';
import { loosened, phrasesOf } from './phrases';

describe('phrases in quotation marks', () => {
  it('are those the server sees', () => {
    expect(phrasesOf('the "water wheel" at «Ashford mill» and “tail race” „pit wheel“')).toEqual([
      'water wheel',
      'Ashford mill',
      'tail race',
      'pit wheel',
    ]);
    expect(phrasesOf('5" pipe')).toEqual([]);
    expect(phrasesOf('"" wheel')).toEqual([]);
  });

  it('become loose words', () => {
    expect(loosened('the "water wheel" at «Ashford»')).toBe('the water wheel at Ashford');
    expect(loosened('""')).toBe('');
  });
});
