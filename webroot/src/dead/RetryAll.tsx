import { type SubmitEvent, useState } from 'react';
import { countDeadLetters, retryDeadLetters } from '../api/calls';
import { type DeadLetterFilter, type Problem, problemOf } from '../api/client';
import { useLoad } from '../api/useLoad';
import { Dialog } from '../ui/Dialog';
import { duration, plural } from '../ui/format';
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
    <Dialog
      title={Object.keys(filter).length > 0 ? 'Retry all that match?' : 'Retry all dead letters?'}
      onClose={onClose}
    >
      <form onSubmit={retry}>
        <div className="dialog-text">
          {found.problem !== undefined && <ProblemNotice problem={found.problem} retry={found.reload} />}
          {matched === undefined && found.problem === undefined && <Skeleton lines={2} label="Counting" />}
          {matched === 0 && <p>Nothing matches any more.</p>}
          {matched !== undefined && matched > 0 && (
            <>
              <p role="status">
                This runs {found.data?.more === true && 'the latest '}
                <b>{plural(matched, 'dead letter')}</b> again, each with the same id and input.
                {found.data?.more === true && ' Others are left for another time.'}
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
    </Dialog>
  );
}
