import { useState } from 'react';
import { pauseHandler } from '../api/calls';
import { type Handler, type Problem, problemOf } from '../api/client';
import { ProblemNotice } from '../ui/Notice';

/** Lets the tasks of a handler wait, or run again; all pages hear of it by the feed. */
export function Pause({ handler }: { handler: Handler }) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const turn = () => {
    setBusy(true);
    setProblem(null);
    pauseHandler(handler.name, !handler.paused).then(
      () => setBusy(false),
      (thrown: unknown) => {
        setBusy(false);
        setProblem(problemOf(thrown));
      },
    );
  };
  return (
    <>
      <button type="button" className="button button-small" disabled={busy} onClick={turn}>
        {handler.paused ? 'Resume' : 'Pause'}
      </button>
      {problem !== null && <ProblemNotice problem={problem} />}
    </>
  );
}
