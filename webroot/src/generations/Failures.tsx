import type { Generation } from '../api/client';
import { getGeneration } from '../api/generations';
import { useLoad } from '../api/useLoad';
import { Link } from '../app/Link';
import { count, plural } from '../ui/format';
import { Icon } from '../ui/Icon';
import { Notice, ProblemNotice, Skeleton } from '../ui/Notice';
import { nameOf } from './generation';

/** The documents that could not be brought into a generation, each with why. */
export function Failures({ one, busy, onRetry }: { one: Generation; busy: boolean; onRetry: () => void }) {
  const whole = useLoad(`failures of ${one.id}, ${one.failed}`, (signal) => getGeneration(one.id, signal));
  const failures = whole.data?.failures ?? [];
  const more = one.failed - failures.length;
  return (
    <Notice kind="warning" title={`${plural(one.failed, 'document')} failed`}>
      {whole.data === undefined && whole.problem === undefined && <Skeleton lines={2} label="Loading what failed" />}
      {whole.problem !== undefined && <ProblemNotice problem={whole.problem} retry={whole.reload} />}
      <ul className="generation-failures">
        {failures.map((failure) => (
          <li key={failure.documentId}>
            <Link href={`/documents/${failure.documentId}`}>{failure.name}</Link>{' '}
            <span className="quiet">in {failure.collection}</span>
            <span className="generation-why">
              {failure.error}
              {failure.taskId !== undefined && (
                <>
                  {' '}
                  <Link href={`/tasks/${failure.taskId}`} aria-label={`The task of ${failure.name}`}>
                    its task
                  </Link>
                </>
              )}
            </span>
          </li>
        ))}
      </ul>
      {whole.data !== undefined && more > 0 && <p className="quiet">And {count(more)} more.</p>}
      <p>
        <button
          type="button"
          className="button button-small"
          disabled={busy}
          aria-label={`Try what failed in ${nameOf(one)} again`}
          onClick={onRetry}
        >
          <Icon name="retry" size={15} /> Try {one.failed === 1 ? 'it' : 'them'} again
        </button>
      </p>
    </Notice>
  );
}
