import { searchInDocument } from '../api/calls';
import { type Loaded, useLoad } from '../api/useLoad';
import type { Range } from '../search/excerpt';

/** Where the words that led here stand, by passage; asked of the search, so that both mark the same. */
export function useMatches(documentId: string, words: string): Loaded<Map<string, readonly Range[]>> {
  return useLoad<Map<string, readonly Range[]>>(words === '' ? null : `${documentId} ${words}`, async (signal) => {
    const { hits } = await searchInDocument(documentId, words, signal);
    return new Map<string, readonly Range[]>(hits.map((hit) => [hit.passageId, hit.highlights]));
  });
}
