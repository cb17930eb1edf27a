import type { Figures, SearchSettings } from '../api/client';

const modes = { hybrid: 'words and meaning', keyword: 'words alone', vector: 'meaning alone' } as const;

/** Settings in a few words. */
export function described({ mode = 'hybrid', fusion = 'scores', vectorWeight, rerank = false }: SearchSettings): string {
  const parts: string[] = [modes[mode]];
  if (mode === 'hybrid') {
    if (typeof vectorWeight === 'number') parts.push(`meaning ${Math.round(vectorWeight * 100)} %`);
    if (fusion === 'ranks') parts.push('added by ranks');
  }
  if (rerank !== false) parts.push(rerank === true ? 'reranked' : `reranked by ${rerank}`);
  return parts.join(', ');
}

/** The figures as they are shown, the plainest first. */
export const figures: readonly { name: keyof Figures; says: string; means: string }[] = [
  { name: 'success10', says: 'Found in the first ten', means: 'The share of queries with an expected document among the first 10' },
  { name: 'mrr10', says: 'MRR@10', means: '1 over the rank of the first expected document, on average: 1 when it always comes first' },
  { name: 'ndcg10', says: 'nDCG@10', means: 'How close the first 10 are to the best order there is, more relevant documents first' },
  { name: 'map', says: 'MAP', means: 'Mean average precision: how early all expected documents come' },
  { name: 'recall100', says: 'Recall@100', means: 'The share of the expected documents that are found at all among the first 100' },
];

/** A figure as text: those that are shares in percent. */
export function shown(name: keyof Figures, value: number): string {
  return name === 'success10' || name === 'recall100' ? `${(value * 100).toFixed(1)} %` : value.toFixed(3);
}

/** A difference with its sign; nothing where there is none to be seen. */
export function difference(name: keyof Figures, before: number, after: number): string {
  const by = after - before;
  if (shown(name, before) === shown(name, after)) return '';
  const text = shown(name, Math.abs(by));
  return `${by > 0 ? '+' : '−'}${text}`;
}

/** How much a difference says, in words. */
export function weightOf(chance: number | undefined): string {
  if (chance === undefined) return 'No query moved within the first ten.';
  const percent = chance < 0.01 ? 'less than 1 %' : `${Math.round(chance * 100)} %`;
  return chance <= 0.05
    ? `By chance alone, so large a difference comes in ${percent} of cases: it is most likely real.`
    : `By chance alone, so large a difference comes in ${percent} of cases: more queries would tell.`;
}
