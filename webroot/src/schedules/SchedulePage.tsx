import { deleteSchedule, getSchedule, newKey, pauseSchedule, runSchedule } from '../api/calls';
import type { Schedule } from '../api/client';
import { useAct } from '../api/useAct';
import { useLoad } from '../api/useLoad';
import { useReloadOnFeed } from '../api/useReloadOnFeed';
import { Link } from '../app/Link';
import { navigate } from '../app/router';
import { useTitle } from '../app/useTitle';
import { Fact } from '../ui/Fact';
import { Icon } from '../ui/Icon';
import { Json } from '../ui/Json';
import { Missing, Notice, ProblemNotice, Skeleton } from '../ui/Notice';
import { Time } from '../ui/Time';
import { DeleteSchedule } from './DeleteSchedule';
import { FireTime } from './FireTime';
import { maySayFired } from './SchedulesPage';
import { missedRuns } from './times';

/** One schedule: when it runs, what it submits, and what it has submitted. */
export function SchedulePage({ id }: { id: string }) {
  const schedule = useLoad(`schedule ${id}`, (signal) => getSchedule(id, signal));
  const one = schedule.data;
  useTitle(one === undefined ? 'Schedule' : one.name);
  useReloadOnFeed(maySayFired, schedule.reload);
  if (one === undefined || schedule.problem?.status === 404) {
    if (schedule.problem === undefined) return <Skeleton lines={8} label="Loading the schedule" />;
    return (
      <Missing problem={schedule.problem} what="schedule" retry={schedule.reload}>
        <Link href="/schedules">All schedules</Link>
      </Missing>
    );
  }
  return (
    <article>
      <Head schedule={one} onChange={schedule.reload} />
      {schedule.problem !== undefined && <ProblemNotice problem={schedule.problem} retry={schedule.reload} />}
      {one.error !== undefined && (
        <Notice kind="warning" title="Its task was refused">
          <p>
            {one.error.message} (<code>{one.error.type}</code>)
            {one.error.retryable && ' It is tried again by itself.'}
          </p>
        </Notice>
      )}
      <section>
        <h2>Next runs</h2>
        {one.nextFireTimes.length === 0 ? (
          <p className="quiet">{one.paused ? 'None while it is paused.' : 'None.'}</p>
        ) : (
          <FireTimes times={one.nextFireTimes} zone={one.timeZone} />
        )}
      </section>
      <section>
        <h2>Last tasks</h2>
        <LastTasks schedule={one} />
      </section>
      <section>
        <h2>Input</h2>
        <Json value={one.input} label="input" />
      </section>
    </article>
  );
}

/** Moments in a list. */
export function FireTimes({ times, zone }: { times: readonly string[]; zone: string }) {
  return (
    <ol className="fire-times">
      {times.map((at) => (
        <li key={at}>
          <FireTime at={at} zone={zone} />
        </li>
      ))}
    </ol>
  );
}

function LastTasks({ schedule }: { schedule: Schedule }) {
  if (schedule.lastTasks.length === 0) return <p className="quiet">It has submitted none yet.</p>;
  return (
    <ol className="fire-times">
      {schedule.lastTasks.map((task) => (
        <li key={task.id}>
          <Link href={`/tasks/${task.id}`}>
            <code>{task.id}</code>
          </Link>{' '}
          {task.fireAt === undefined ? (
            <span className="quiet">
              run by hand, <Time at={task.submittedAt} />
            </span>
          ) : (
            <FireTime at={task.fireAt} zone={schedule.timeZone} />
          )}
        </li>
      ))}
    </ol>
  );
}

function Head({ schedule, onChange }: { schedule: Schedule; onChange: () => void }) {
  const { act, busy, problem, asking, ask } = useAct();
  return (
    <>
      <p className="crumbs">
        <Link href="/schedules">Schedules</Link>
        <Icon name="chevron" size={14} />
        <span>{schedule.name}</span>
      </p>
      <div className="page-head">
        <h1>{schedule.name}</h1>
        <div className="actions">
          <button
            type="button"
            className="button button-primary"
            disabled={busy}
            onClick={() => act(runSchedule(schedule.id, newKey()), (task) => navigate(`/tasks/${task.id}`))}
          >
            <Icon name="play" /> Run now
          </button>
          <button
            type="button"
            className="button"
            disabled={busy}
            onClick={() => act(pauseSchedule(schedule.id, !schedule.paused), onChange)}
          >
            <Icon name={schedule.paused ? 'retry' : 'pause'} /> {schedule.paused ? 'Resume' : 'Pause'}
          </button>
          <Link className="button" href={`/schedules/${schedule.id}/edit`}>
            <Icon name="edit" /> Edit
          </Link>
          <button type="button" className="button" disabled={busy} onClick={() => ask(true)}>
            <Icon name="trash" /> Delete
          </button>
        </div>
      </div>
      <dl className="facts">
        <Fact name="Times">
          <code>{schedule.cron}</code>
        </Fact>
        <Fact name="Time zone">{schedule.timeZone}</Fact>
        <Fact name="Handler">{schedule.handler}</Fact>
        <Fact name="Priority">{schedule.priority}</Fact>
        <Fact name="Missed runs">{missedRuns(schedule.missedRuns, schedule.missedRunsMax)}</Fact>
        <Fact name="State">{schedule.paused ? 'paused' : 'active'}</Fact>
        <Fact name="By">{schedule.user}</Fact>
        <Fact name="Changed">
          <Time at={schedule.updatedAt} />
        </Fact>
      </dl>
      {problem !== null && <ProblemNotice problem={problem} />}
      {asking && (
        <DeleteSchedule
          schedule={schedule}
          busy={busy}
          onConfirm={() => act(deleteSchedule(schedule.id), () => navigate('/schedules'))}
          onClose={() => ask(false)}
        />
      )}
    </>
  );
}
