import { useEffect, useRef } from 'react';
import type { Document, Passage } from '../api/client';
import { Link } from '../app/Link';
import { navigate } from '../app/router';
import type { Range } from '../search/excerpt';
import { Marked } from '../ui/Marked';
import { useMatches } from './matches';

/** The passages in order; the one that was looked for is shown first and framed. */
export function Passages(props: {
  document: Document;
  passages: readonly Passage[];
  target: Passage | undefined;
  words: string;
  /** Where a passage is shown in its document. */
  placeOf: (passage: Passage) => string;
}) {
  const { document, passages, target, words, placeOf } = props;
  const matches = useMatches(document.id, words);
  const framed = useRef<HTMLLIElement>(null);
  useEffect(() => {
    framed.current?.scrollIntoView({ block: 'center' });
  }, []);
  return (
    <ol className="passages">
      {passages.map((one, i) => (
        <li
          key={one.id}
          ref={one.id === target?.id ? framed : null}
          id={`passage-${one.ordinal}`}
          className={one.id === target?.id ? 'passage passage-target' : 'passage'}
          aria-current={one.id === target?.id ? 'true' : undefined}
        >
          {one.heading !== '' && one.heading !== passages[i - 1]?.heading && (
            <h2 className="passage-heading">{one.heading}</h2>
          )}
          <Body passage={one} ranges={matches.data?.get(one.id) ?? []} place={placeOf(one)} />
        </li>
      ))}
    </ol>
  );
}

function Body({ passage, ranges, place }: { passage: Passage; ranges: readonly Range[]; place: string }) {
  // A click on the text shows it as the link does; one that ends a selection is none.
  const show = () => {
    if (getSelection()?.isCollapsed !== false) navigate(place, { replace: true });
  };
  return (
    <>
      <Link className="passage-number" href={place} title="Show it in the document">
        {passage.ordinal + 1}
        {passage.page !== undefined && <span className="passage-page">page {passage.page}</span>}
      </Link>
      <p className="passage-text" onClick={show}>
        <Marked text={passage.text} ranges={ranges} />
      </p>
    </>
  );
}
