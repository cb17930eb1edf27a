import type { ReactNode } from 'react';
import type { Problem } from '../api/client';
import { Icon } from './Icon';

/** Something a person should know about what is shown here. */
export function Notice(props: { kind?: 'info' | 'warning' | 'error'; title?: string; children?: ReactNode }) {
  const kind = props.kind ?? 'info';
  return (
    <div className={`notice notice-${kind}`} role={kind === 'error' ? 'alert' : 'status'}>
      <Icon name={kind === 'info' ? 'info' : 'warning'} />
      <div>
        {props.title !== undefined && <strong>{props.title}</strong>}
        {props.children !== undefined && <div className="notice-text">{props.children}</div>}
      </div>
    </div>
  );
}

/** What went wrong, and what to do next. */
export function ProblemNotice({ problem, retry }: { problem: Problem; retry?: () => void }) {
  const { body } = problem;
  return (
    <Notice kind="error" title={problem.title}>
      <p>
        {problem.message}
        {body?.pointer !== undefined && body.pointer !== '' && (
          <>
            {' '}
            (<code>{body.pointer}</code>)
          </>
        )}
      </p>
      {body?.incident !== undefined && (
        <p>
          Look for <code>{body.incident}</code> in the server’s log.
        </p>
      )}
      {retry !== undefined && (
        <p>
          <button type="button" className="button button-small" onClick={retry}>
            <Icon name="retry" size={15} /> Try again
          </button>
        </p>
      )}
    </Notice>
  );
}

/** Why a page has nothing to show: what it is about does not exist, or could not be loaded. */
export function Missing(props: { problem: Problem; what: string; retry: () => void; children: ReactNode }) {
  if (props.problem.status !== 404) return <ProblemNotice problem={props.problem} retry={props.retry} />;
  return (
    <Empty title={`There is no such ${props.what}`}>
      <p>It may have been deleted, or the address may be cut short.</p>
      <p>{props.children}</p>
    </Empty>
  );
}

/** A place where nothing is, and why. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="empty">
      <h2>{title}</h2>
      {children}
    </div>
  );
}

/** Grey lines in the place of what is being loaded. */
export function Skeleton({ lines = 3, label = 'Loading' }: { lines?: number; label?: string }) {
  return (
    <div className="skeleton" role="status" aria-label={label}>
      {Array.from({ length: lines }, (_, i) => (
        <span key={i} className={`skeleton-line skeleton-line-${i % 4}`} />
      ))}
    </div>
  );
}
