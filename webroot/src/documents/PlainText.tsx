import { useEffect, useRef } from 'react';
import { getText } from '../api/calls';
import type { Document, Passage } from '../api/client';
import { useLoad } from '../api/useLoad';
import { count } from '../ui/format';
import { ProblemNotice, Skeleton } from '../ui/Notice';
import { scrollTo } from '../ui/scrollTo';

/** A longer text is cut here: a page of this length is still quick. */
const shownUnitsMax = 2_000_000;

/** The normalised text as it was cut into passages, with the passage that was looked for marked. */
export function PlainText({ document, target: found }: { document: Document; target: Passage | undefined }) {
  const loaded = useLoad(`text ${document.id}`, (signal) => getText(document.id, signal));
  const target = useRef<HTMLElement>(null);
  const there = loaded.data !== undefined;
  useEffect(() => {
    if (there && target.current !== null) scrollTo(target.current);
  }, [there, found]);

  if (loaded.data === undefined) {
    if (loaded.problem !== undefined) return <ProblemNotice problem={loaded.problem} retry={loaded.reload} />;
    return <Skeleton lines={10} label="Loading the text" />;
  }
  const whole = loaded.data;
  const start = found?.start ?? whole.length;
  const end = found?.end ?? whole.length;
  return (
    <>
      <pre className="plain" tabIndex={0} role="region" aria-label="Text of the document">
        {whole.slice(0, Math.min(start, shownUnitsMax))}
        {found !== undefined && (
          <mark ref={target} className="plain-target">
            {whole.slice(start, end)}
          </mark>
        )}
        {whole.slice(end, Math.max(end, shownUnitsMax))}
      </pre>
      {whole.length > shownUnitsMax && (
        <p className="quiet">The text has {count(whole.length)} characters; its beginning is shown.</p>
      )}
    </>
  );
}
