import { type SubmitEvent, useEffect, useId, useRef, useState } from 'react';
import { countDeadLetters, retryDeadLetters } from '../api/calls';
import { type DeadLetterFilter, type Problem, problemOf } from '../api/client';
import { useLoad } from '../api/useLoad';
import { count, duration, plural } from '../ui/format';
import { ProblemNotice, Skeleton } from '../ui/Notice';

/** As many as one request takes. */
const atOnceMax = 10_000;

/** Counts what matches, asks, and runs all of it again, at a rate if one is given. */
export function RetryAll(props: { filter: DeadLetterFilter; onClose: () => void; onDone: (text: string) => void }) {
  const { filter, onClose, onDone } = props;
  const found = useLoad('matching', (signal) => countDeadLetters(filter, atOnceMax, signal));
  const [rate, setRate] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const dialog = useRef<HTMLDialogElement>(null);
  const title = useId();
  useEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    return () => shown?.close();
  }, []);
  const matched = found.data?.matched;
  const perSecond = rate === '' ? undefined : Number(rate);

  const retry = (event: SubmitEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    retryDeadLetters(filter, atOnceMax, perSecond).then(
      ({ retried, more }) =>
        onDone(`${plural(retried, 'task is', 'tasks are')} queued again${more ? '; others are left.' : '.'}`),
      (thrown: unknown) => {
        setBusy(false);
        setProblem(problemOf(thrown));
      },
    );
  };

  return (
    <dialog ref={dialog} className="dialog" aria-labelledby={title} onClose={onClose}>
      <form onSubmit={retry}>
        <h2 id={title}>Retry all that match?</h2>
        <div className="dialog-text">
          {found.problem !== undefined && <ProblemNotice problem={found.problem} retry={found.reload} />}
          {matched === undefined && found.problem === undefined && <Skeleton lines={2} label="Counting" />}
          {matched === 0 && <p>Nothing matches any more.</p>}
          {matched !== undefined && matched > 0 && (
            <>
              <p role="status">
                <b>
                  {found.data?.more === true ? 'More than ' : ''}
                  {plural(matched, 'dead letter')}
                </b>{' '}
                {matched === 1 ? 'matches' : 'match'}.{' '}
                {found.data?.more === true && `The latest ${count(matched)} are taken now. `}
                Each starts its next round with the same id and input.
              </p>
              <label className="field retry-rate">
                <span>At most per second</span>
                <input
                  type="number"
                  inputMode="decimal"
                  min="0.01"
                  max="10000"
                  step="any"
                  placeholder="all at once"
                  value={rate}
                  onChange={(event) => setRate(event.target.value)}
                />
                <span className="field-help">
                  {perSecond !== undefined && perSecond > 0
                    ? `The last one starts in ${duration(((matched - 1) / perSecond) * 1000)}.`
                    : 'Spares what has just come back.'}
                </span>
              </label>
            </>
          )}
          {problem !== null && <ProblemNotice problem={problem} />}
        </div>
        <div className="actions actions-end">
          <button type="button" className="button" autoFocus onClick={onClose}>
            {matched === 0 ? 'Close' : 'Not now'}
          </button>
          {matched !== 0 && (
            <button type="submit" className="button button-primary" disabled={matched === undefined || busy}>
              {matched === undefined ? 'Retry' : `Retry ${plural(matched, 'task')}`}
            </button>
          )}
        </div>
      </form>
    </dialog>
  );
}
