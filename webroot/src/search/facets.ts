import type { SearchResponse } from '../api/client';
import { kindOf } from '../ui/kind';
import type { Query } from './query';

/** What results can be narrowed by, beside their collections. */
export type Facet = 'mediaTypes' | 'languages' | 'tags' | 'sources';

export const facets: readonly { facet: Facet; name: string }[] = [
  { facet: 'mediaTypes', name: 'Type' },
  { facet: 'languages', name: 'Language' },
  { facet: 'tags', name: 'Tag' },
  { facet: 'sources', name: 'From' },
];

/** A value to narrow by; `count` is missing where the answer does not tell it. */
export interface Choice {
  readonly value: string;
  readonly count: number | undefined;
  readonly chosen: boolean;
}

/** The values of a facet: those chosen, then what the answer has, the most frequent first. */
export function choicesOf(facet: Facet, query: Query, answer: SearchResponse | undefined): Choice[] {
  const told: readonly { value: string; count?: number }[] =
    facet === 'sources' ? hostsOf(answer) : (answer?.facets?.[facet] ?? []);
  const chosen = query[facet];
  return [
    ...chosen.map((value) => ({ value, count: told.find((one) => one.value === value)?.count, chosen: true })),
    ...told.filter(({ value }) => !chosen.includes(value)).map((one) => ({ value: one.value, count: one.count, chosen: false })),
  ];
}

/** The hosts that documents among the hits were fetched from, as their addresses begin. */
function hostsOf(answer: SearchResponse | undefined): { value: string }[] {
  const hosts = (answer?.hits ?? []).flatMap(({ source }) => /^https?:\/\/[^/]+\//.exec(source ?? '')?.[0] ?? []);
  return [...new Set(hosts)].sort().map((value) => ({ value }));
}

/** The same query with a value more, or without it. */
export function toggled(facet: Facet, value: string, query: Query): Partial<Query> {
  const chosen = query[facet];
  return { [facet]: chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value], limit: 10 };
}

/** Nothing narrowed, but for the collections. */
export const wide = { mediaTypes: [], languages: [], tags: [], sources: [], since: null } as const;

export function isNarrowed(query: Query): boolean {
  return query.since !== null || facets.some(({ facet }) => query[facet].length > 0);
}

const languages = new Intl.DisplayNames('en-GB', { type: 'language', fallback: 'code' });

/** A value as people say it: "PDF", "Russian". */
export function named(facet: Facet, value: string): string {
  if (facet === 'mediaTypes') return kindOf(value);
  if (facet === 'tags') return value;
  if (facet === 'sources') return value.replace(/^https?:\/\/|\/$/g, '');
  if (value === 'und') return 'Unknown';
  try {
    return languages.of(value) ?? value;
  } catch {
    return value; // Somebody wrote the address by hand.
  }
}
