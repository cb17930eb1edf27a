import { useMemo, useState } from 'react';
import type { TaskError, TaskEvent, TaskStatus } from '../api/client';
import type { ConnectionState } from '../events/connection';
import { absolute, count, plural, timeOfDay } from '../ui/format';
import { Skeleton } from '../ui/Notice';
import { Status, statusName } from '../ui/Status';
import { folded, type Log } from './log';

/** More rows than this are shown only when asked for. */
const shownMax = 300;

const said: Record<ConnectionState, string> = {
  connecting: 'connecting…',
  live: 'live',
  waiting: 'reconnecting…',
  over: 'complete',
  refused: 'not available',
};

/** Everything that happened to a task, as it happens. */
export function EventLog({ log, state }: { log: Log; state: ConnectionState }) {
  const [all, setAll] = useState(false);
  const events = useMemo(() => folded(log.events), [log.events]);
  const hidden = all ? 0 : Math.max(0, events.length - shownMax);
  return (
    <section className="log" aria-labelledby="log-title">
      <div className="log-head">
        <h2 id="log-title">Events</h2>
        <span className={`live live-${state}`} role="status">
          {said[state]}
        </span>
      </div>
      {log.snapshot !== null && (
        <p className="quiet">
          The beginning of this log is gone. When reading began the task was {statusName(log.snapshot.status).toLowerCase()}.
        </p>
      )}
      {log.events.length === 0 && state === 'connecting' && <Skeleton lines={4} label="Loading events" />}
      {log.events.length === 0 && (state === 'live' || state === 'over') && <p className="quiet">Nothing yet.</p>}
      {hidden > 0 && (
        <button type="button" className="button button-small" onClick={() => setAll(true)}>
          Show {plural(hidden, 'earlier event')}
        </button>
      )}
      <ol className="events" role="log" aria-live="off" aria-label="Events of the task">
        {events.slice(hidden).map((event) => (
          <Row key={event.id ?? event.at} event={event} />
        ))}
      </ol>
    </section>
  );
}

interface StatusData {
  readonly status: TaskStatus;
  readonly error: TaskError;
  /** How many tasks it waits for. */
  readonly children: number;
  readonly reason: string;
}

function Row({ event }: { event: TaskEvent }) {
  const moment = new Date(event.at);
  return (
    <li className="event" title={event.id}>
      <time dateTime={event.at} title={absolute(moment)}>
        {timeOfDay(moment)}
      </time>
      <div className="event-body">
        <Body event={event} />
      </div>
    </li>
  );
}

function Body({ event }: { event: TaskEvent }) {
  switch (event.type) {
    case 'task.status': {
      const { status, error, children, reason } = event.data as Partial<StatusData> & Pick<StatusData, 'status'>;
      return (
        <>
          <Status of={status} />
          {error !== undefined && <span className="event-note">{error.message}</span>}
          {children !== undefined && <span className="event-note">for {plural(children, 'task')} it submitted</span>}
          {reason === 'children_ended' && <span className="event-note">its tasks have ended</span>}
        </>
      );
    }
    case 'task.progress': {
      const { done, total, stage } = event.data as { done?: number; total?: number; stage?: string };
      return (
        <>
          <span>{stage ?? 'progress'}</span>
          {done !== undefined && total !== undefined && (
            <span className="event-note">
              {count(done)} of {count(total)}
            </span>
          )}
        </>
      );
    }
    case 'task.output': {
      const { text } = event.data as { text?: string };
      return text === undefined ? <Data event={event} /> : <span className="event-output">{text}</span>;
    }
    case 'task.attempt':
      return <span>a new attempt begins</span>;
    default:
      return <Data event={event} />;
  }
}

function Data({ event }: { event: TaskEvent }) {
  return (
    <>
      <span>{event.type}</span>
      <code className="event-note">{JSON.stringify(event.data)}</code>
    </>
  );
}
