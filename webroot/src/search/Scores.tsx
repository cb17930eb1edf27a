import type { Hit, SearchResponse } from '../api/client';
import { named } from './facets';

/** In the order in which they came about. */
const parts: Record<string, string> = {
  rerank: 'by the model that read both',
  fused: 'both sides together',
  bm25: 'by words',
  cosine: 'by meaning',
};
const order = Object.keys(parts);

/** Every component of a passage's place, and what each word gave. */
export function Scores({ hit, words }: { hit: Hit; words: Hit['words'] }) {
  const rank = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);
  return (
    <dl className="scores">
      {Object.entries(hit.scores)
        .sort(([a], [b]) => rank(a) - rank(b) || a.localeCompare(b))
        .map(([name, value]) => (
          <div key={name} title={parts[name]}>
            <dt>{name}</dt>
            <dd>{value.toFixed(3)}</dd>
          </div>
        ))}
      {Object.entries(words ?? {})
        .sort(([, a], [, b]) => b - a)
        .map(([word, value]) => (
          <div key={`word ${word}`} className="score-word" title="what this word gave to bm25">
            <dt>{word}</dt>
            <dd>{value.toFixed(2)}</dd>
          </div>
        ))}
    </dl>
  );
}

/** How the order of all came about, in a sentence or two. */
export function Explanation({ of }: { of: SearchResponse }) {
  const { explanation: told } = of;
  if (told === undefined) return null;
  const { language, vectorWeight, fusion, candidates, corrected, path, reranker } = told;
  const meaning = Math.round(vectorWeight * 100);
  return (
    <p className="explanation">
      {path !== undefined && `${path} `}
      {of.mode === 'hybrid' &&
        (fusion === 'ranks'
          ? 'The ranks by words and by meaning were added. '
          : `Meaning counted ${meaning} %, words ${100 - meaning} %. `)}
      {candidates} passages were compared
      {language === 'und' ? '' : `, the question read as ${named('languages', language)}`}.
      {corrected.length > 0 && ` Words spelled like ${corrected.join(', ')} were looked for too.`}
      {reranker !== undefined && ` ${reranker} ordered the best anew.`}
    </p>
  );
}
