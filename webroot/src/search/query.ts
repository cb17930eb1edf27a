import { address } from '../app/router';
import type { Hit, SearchMode, SearchRequest } from '../api/client';
import type { Range } from './excerpt';

/** What is asked, as it stands in the address. */
export interface Query {
  readonly words: string;
  /** Which sides are asked; null for what is set for the collections. */
  readonly mode: SearchMode | null;
  readonly collections: readonly string[];
  readonly mediaTypes: readonly string[];
  readonly languages: readonly string[];
  readonly tags: readonly string[];
  /** How the addresses begin that documents were fetched from. */
  readonly sources: readonly string[];
  /** How long ago a document changed at most; null for any time. */
  readonly since: Since | null;
  /** Whether a model orders the best anew; null for what is set for the collections. */
  readonly rerank: boolean | null;
  readonly limit: number;
}

/** How long ago, in days. */
export const sinces = { day: 1, week: 7, month: 31, year: 366 } as const;
export type Since = keyof typeof sinces;

export const limits = [10, 30, 100] as const;

export function readQuery(from: URLSearchParams): Query {
  const mode = from.get('mode');
  const since = from.get('since') ?? '';
  const limit = Number(from.get('limit'));
  return {
    words: (from.get('q') ?? '').trim(),
    mode: mode === 'hybrid' || mode === 'keyword' || mode === 'vector' ? mode : null,
    collections: from.getAll('in'),
    mediaTypes: from.getAll('type'),
    languages: from.getAll('language').filter((code) => /^[a-z]{2,3}$/.test(code)),
    tags: from.getAll('tag'),
    sources: from.getAll('from'),
    since: since in sinces ? (since as Since) : null,
    rerank: from.get('rerank') === 'yes' ? true : from.get('rerank') === 'no' ? false : null,
    limit: limits.find((one) => one === limit) ?? limits[0],
  };
}

export function queryAddress(query: Query): string {
  return address('/', {
    q: query.words,
    mode: query.mode ?? '',
    in: [...query.collections],
    type: [...query.mediaTypes],
    language: [...query.languages],
    tag: [...query.tags],
    from: [...query.sources],
    since: query.since ?? '',
    rerank: query.rerank === null ? '' : query.rerank ? 'yes' : 'no',
    limit: query.limit === limits[0] ? '' : String(query.limit),
  });
}

/** The query as the server is asked. */
export function asked(query: Query): SearchRequest {
  return {
    query: query.words,
    collections: [...query.collections],
    ...(query.mode === null ? {} : { mode: query.mode }),
    limit: query.limit,
    filters: {
      ...(query.mediaTypes.length === 0 ? {} : { mediaTypes: [...query.mediaTypes] }),
      ...(query.languages.length === 0 ? {} : { languages: [...query.languages] }),
      ...(query.tags.length === 0 ? {} : { tags: [...query.tags] }),
      ...(query.sources.length === 0 ? {} : { sources: [...query.sources] }),
      ...(query.since === null ? {} : { changedFrom: beginningOf(query.since) }),
    },
    ...(query.rerank === null ? {} : { rerank: query.rerank }),
  };
}

/** The moment that many days ago, at a whole hour: the same question is then answered from memory. */
function beginningOf(since: Since): string {
  const hourMs = 3_600_000;
  return new Date(Math.floor(Date.now() / hourMs) * hourMs - sinces[since] * 24 * hourMs).toISOString();
}

/** Where a hit's passage is read in its document. */
export function passageAddress(hit: Hit, words: string): string {
  return address(`/documents/${encodeURIComponent(hit.documentId)}`, { passage: hit.passageId, q: words });
}

/** The headings above a passage without the outermost one where that is the document's title, which is shown anyway. */
export function headingBelow(title: string, heading: string): string {
  if (heading === title) return '';
  return heading.startsWith(`${title} › `) ? heading.slice(title.length + 3) : heading;
}

/**
 * A passage's text without the heading line it begins with, which the card shows above it; left as it is where only
 * that line matched.
 */
export function withoutHeading(hit: Pick<Hit, 'text' | 'heading' | 'highlights'>): { text: string; ranges: readonly Range[] } {
  const last = hit.heading.split(' › ').at(-1)?.trim() ?? '';
  const line = /^\s*(.*)\n\s*/.exec(hit.text);
  if (last === '' || line === null || line[1]?.trim() !== last) return { text: hit.text, ranges: hit.highlights };
  const cut = line[0].length;
  const ranges = hit.highlights
    .filter((range) => range.start >= cut)
    .map((range) => ({ start: range.start - cut, end: range.end - cut }));
  if (ranges.length === 0 && hit.highlights.length > 0) return { text: hit.text, ranges: hit.highlights };
  return { text: hit.text.slice(cut), ranges };
}

/** The hits of one document, in the order of their rank. */
export interface Found {
  readonly best: Hit;
  readonly others: readonly Hit[];
}

/** One entry per document, in the order of each one's best hit. */
export function byDocument(hits: readonly Hit[]): Found[] {
  const documents = new Map<string, Hit[]>();
  for (const hit of hits) {
    const known = documents.get(hit.documentId);
    if (known === undefined) documents.set(hit.documentId, [hit]);
    else known.push(hit);
  }
  return [...documents.values()].flatMap(([best, ...others]) => (best === undefined ? [] : [{ best, others }]));
}
