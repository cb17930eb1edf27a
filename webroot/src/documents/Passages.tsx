import { useEffect, useRef } from 'react';
import { getPassages } from '../api/calls';
import type { Document, Passage } from '../api/client';
import { useLoad } from '../api/useLoad';
import type { Range } from '../search/excerpt';
import { Marked } from '../ui/Marked';
import { Empty, ProblemNotice, Skeleton } from '../ui/Notice';
import { useMatches } from './matches';

/** The passages in order, the one that was looked for shown first and framed. */
export function Passages(props: { document: Document; passage: string | null; words: string }) {
  const { document, passage, words } = props;
  const passages = useLoad(`passages ${document.id}`, (signal) => getPassages(document.id, signal));
  const matches = useMatches(document.id, words);
  const target = useRef<HTMLLIElement>(null);
  const loaded = passages.data !== undefined;
  useEffect(() => {
    if (loaded) target.current?.scrollIntoView({ block: 'center' });
  }, [loaded, passage]);

  if (passages.data === undefined) {
    if (passages.problem !== undefined) return <ProblemNotice problem={passages.problem} retry={passages.reload} />;
    return <Skeleton lines={8} label="Loading passages" />;
  }
  if (passages.data.length === 0) {
    return (
      <Empty title="There is no passage yet">
        {document.status === 'ready' && <p>The document holds no text.</p>}
      </Empty>
    );
  }
  return (
    <ol className="passages">
      {passages.data.map((one, i) => (
        <li
          key={one.id}
          ref={one.id === passage ? target : null}
          id={`passage-${one.ordinal}`}
          className={one.id === passage ? 'passage passage-target' : 'passage'}
          aria-current={one.id === passage ? 'true' : undefined}
        >
          {one.heading !== '' && one.heading !== passages.data?.[i - 1]?.heading && (
            <h2 className="passage-heading">{one.heading}</h2>
          )}
          <Body passage={one} ranges={matches.data?.get(one.id) ?? []} />
        </li>
      ))}
    </ol>
  );
}

function Body({ passage, ranges }: { passage: Passage; ranges: readonly Range[] }) {
  return (
    <>
      <span className="passage-number" title={`Characters ${passage.start} to ${passage.end}`}>
        {passage.ordinal + 1}
        {passage.page !== undefined && ` · page ${passage.page}`}
      </span>
      <p className="passage-text">
        <Marked text={passage.text} ranges={ranges} />
      </p>
    </>
  );
}
