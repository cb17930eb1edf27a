import { describe, expect, it, vi } from 'vitest';
import type { Hit } from '../api/client';
import { asked, byDocument, headingBelow, queryAddress, readQuery, withoutHeading } from './query';

describe('what is asked', () => {
  it('stands in the address, and is read from it again', () => {
    const query = {
      words: 'mill & race',
      mode: 'keyword',
      collections: ['a', 'b'],
      mediaTypes: ['text/html'],
      languages: ['en', 'und'],
      tags: ['law & order'],
      sources: ['https://example.org/a'],
      since: 'week',
      rerank: true,
      limit: 30,
    } as const;
    const address = queryAddress(query);

    expect(address).toBe(
      '/?q=mill+%26+race&mode=keyword&in=a&in=b&type=text%2Fhtml&language=en&language=und&tag=law+%26+order' +
        '&from=https%3A%2F%2Fexample.org%2Fa&since=week&rerank=yes&limit=30',
    );
    expect(readQuery(new URL(address, 'http://x').searchParams)).toEqual(query);
  });

  it('falls back to what is usual where the address is odd', () => {
    const usual = readQuery(new URLSearchParams('q= x &mode=psychic&limit=7&language=Klingon&since=ever&rerank=maybe'));

    expect(usual).toEqual({
      words: 'x',
      mode: null,
      collections: [],
      mediaTypes: [],
      languages: [],
      tags: [],
      sources: [],
      since: null,
      rerank: null,
      limit: 10,
    });
    expect(queryAddress(usual)).toBe('/?q=x');
  });

  it('is told to the server without what was not asked', () => {
    expect(asked(readQuery(new URLSearchParams('q=x')))).toEqual({
      query: 'x',
      collections: [],
      limit: 10,
      filters: {},
    });
    expect(asked(readQuery(new URLSearchParams('q=x&mode=hybrid&rerank=no')))).toMatchObject({
      mode: 'hybrid',
      rerank: false,
    });
    expect(asked(readQuery(new URLSearchParams('q=x&tag=law&rerank=yes')))).toMatchObject({
      filters: { tags: ['law'] },
      rerank: true,
    });
  });
});

describe('a question about what is new', () => {
  it('asks from a whole hour on, so that asking again is the same question', () => {
    vi.useFakeTimers({ now: new Date('2026-11-21T10:20:30.400Z') });
    const first = asked(readQuery(new URLSearchParams('q=x&since=day&from=https://a.org/')));
    vi.setSystemTime(new Date('2026-11-21T10:59:59.000Z'));
    const second = asked(readQuery(new URLSearchParams('q=x&since=day&from=https://a.org/')));
    vi.useRealTimers();

    expect(first.filters).toEqual({ sources: ['https://a.org/'], changedFrom: '2026-11-20T10:00:00.000Z' });
    expect(second).toEqual(first);
  });
});

describe('what is found', () => {
  const hit = (documentId: string, passageId: string) => ({ documentId, passageId }) as Hit;

  it('is shown by document, in the order of the best passage of each', () => {
    const found = byDocument([hit('a', '1'), hit('b', '2'), hit('a', '3'), hit('c', '4')]);

    expect(found.map((one) => [one.best.passageId, one.others.map((other) => other.passageId)])).toEqual([
      ['1', ['3']],
      ['2', []],
      ['4', []],
    ]);
  });

  it('does not repeat the heading that stands above it', () => {
    const text = 'The wheel\n\nThe wheel turns.';

    expect(withoutHeading({ text, heading: 'Mill › The wheel', highlights: [{ start: 4, end: 9 }, { start: 15, end: 20 }] })).toEqual({
      text: 'The wheel turns.',
      ranges: [{ start: 4, end: 9 }],
    });
    expect(withoutHeading({ text, heading: 'Mill', highlights: [] }).text).toBe(text);
  });

  it('keeps the heading where only that matched', () => {
    const whole = { text: 'The wheel\nIt turns.', heading: 'The wheel', highlights: [{ start: 4, end: 9 }] };

    expect(withoutHeading(whole)).toEqual({ text: whole.text, ranges: whole.highlights });
  });
});

describe('the headings above a passage', () => {
  it('do not repeat the title of the document', () => {
    expect(headingBelow('Guide', 'Guide › Start')).toBe('Start');
    expect(headingBelow('Guide', 'Guide')).toBe('');
    expect(headingBelow('Guide', 'Guidelines › Start')).toBe('Guidelines › Start');
    expect(headingBelow('guide.md', 'Guide › Start')).toBe('Guide › Start');
  });
});
