import { describe, expect, it } from 'vitest';
import type { SearchResponse } from '../api/client';
import { choicesOf, isNarrowed, named, toggled, wide } from './facets';
import { readQuery } from './query';

const query = readQuery(new URLSearchParams('q=mill&type=text/html&tag=law&limit=30'));
const answer = {
  hits: [],
  total: 5,
  mode: 'hybrid',
  tookMs: {},
  facets: { mediaTypes: [{ value: 'text/markdown', count: 4 }, { value: 'text/html', count: 1 }], tags: [] },
} as SearchResponse;

describe('what results can be narrowed by', () => {
  it('begins with what is chosen, with its count where the answer tells it', () => {
    expect(choicesOf('mediaTypes', query, answer)).toEqual([
      { value: 'text/html', count: 1, chosen: true },
      { value: 'text/markdown', count: 4, chosen: false },
    ]);
    expect(choicesOf('tags', query, answer)).toEqual([{ value: 'law', count: undefined, chosen: true }]);
    expect(choicesOf('languages', query, undefined)).toEqual([]);
  });

  it('is chosen, and taken off again, from the beginning of the list', () => {
    const more = { ...query, ...toggled('mediaTypes', 'text/markdown', query) };

    expect(more.mediaTypes).toEqual(['text/html', 'text/markdown']);
    expect(more.limit).toBe(10);
    expect(toggled('mediaTypes', 'text/html', more).mediaTypes).toEqual(['text/markdown']);
  });

  it('are the hosts of what was found', () => {
    const hits = ['https://a.org/x/y', 'https://a.org/z', 'http://b.org/', undefined].map((source) => ({ source }));
    const from = choicesOf('sources', query, { ...answer, hits } as SearchResponse);

    expect(from.map(({ value }) => value)).toEqual(['http://b.org/', 'https://a.org/']);
    expect(named('sources', 'https://a.org/')).toBe('a.org');
  });

  it('can be dropped as a whole', () => {
    expect(isNarrowed(query)).toBe(true);
    expect(isNarrowed({ ...query, ...wide })).toBe(false);
  });

  it('is called what people call it', () => {
    expect(named('mediaTypes', 'application/pdf')).toBe('PDF');
    expect(named('mediaTypes', 'image/x-odd')).toBe('image/x-odd');
    expect(named('languages', 'ru')).toBe('Russian');
    expect(named('languages', 'und')).toBe('Unknown');
    expect(named('languages', 'not one')).toBe('not one');
    expect(named('tags', 'ru')).toBe('ru');
  });
});
