import { useState } from 'react';
import type { SearchResponse } from '../api/client';
import { count } from '../ui/format';
import { Icon } from '../ui/Icon';
import { choicesOf, type Facet, facets, isNarrowed, named, toggled, wide } from './facets';
import { type Query, type Since, sinces } from './query';

/** More values than this are shown only when asked for. */
const shownMax = 8;

/** What the results can be narrowed by, with how many passages each would leave; what is chosen can be taken off. */
export function Facets(props: {
  query: Query;
  answer: SearchResponse | undefined;
  onChange: (part: Partial<Query>) => void;
}) {
  const { query, answer, onChange } = props;
  const shown = facets.filter(
    ({ facet }) => query[facet].length > 0 || choicesOf(facet, query, answer).length > (facet === 'tags' || facet === 'sources' ? 0 : 1),
  );
  if (answer === undefined && !isNarrowed(query)) return null;
  return (
    <div className="facets" role="group" aria-label="Narrow the results">
      {shown.map(({ facet, name }) => (
        <Row key={facet} {...{ facet, name, query, answer, onChange }} />
      ))}
      <div className="facet" role="group" aria-label="Changed">
        <span className="facet-name">Changed</span>
        <div className="chips">
          {(Object.keys(sinces) as Since[]).map((since) => (
            <button
              key={since}
              type="button"
              className="chip"
              aria-pressed={query.since === since}
              onClick={() => onChange({ since: query.since === since ? null : since, limit: 10 })}
            >
              past {since}
              {query.since === since && <Icon name="close" size={13} />}
            </button>
          ))}
        </div>
      </div>
      {isNarrowed(query) && (
        <button type="button" className="button-bare button-small" onClick={() => onChange(wide)}>
          Clear filters
        </button>
      )}
    </div>
  );
}

function Row(props: {
  facet: Facet;
  name: string;
  query: Query;
  answer: SearchResponse | undefined;
  onChange: (part: Partial<Query>) => void;
}) {
  const { facet, name, query, answer, onChange } = props;
  const [all, setAll] = useState(false);
  const choices = choicesOf(facet, query, answer);
  const shown = all ? choices : choices.slice(0, Math.max(shownMax, query[facet].length));
  return (
    <div className="facet" role="group" aria-label={name}>
      <span className="facet-name">{name}</span>
      <div className="chips">
        {shown.map(({ value, count: passages, chosen }) => (
          <button
            key={value}
            type="button"
            className="chip"
            title={value === named(facet, value) ? undefined : value}
            aria-pressed={chosen}
            onClick={() => onChange(toggled(facet, value, query))}
          >
            {named(facet, value)}
            {passages !== undefined && <span className="chip-count">{count(passages)}</span>}
            {chosen && <Icon name="close" size={13} />}
          </button>
        ))}
        {shown.length < choices.length && (
          <button type="button" className="chip" onClick={() => setAll(true)}>
            {choices.length - shown.length} more
          </button>
        )}
      </div>
    </div>
  );
}
