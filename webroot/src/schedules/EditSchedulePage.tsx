import { getSchedule } from '../api/calls';
import { useHandlers } from '../api/useHandlers';
import { useLoad } from '../api/useLoad';
import { Link } from '../app/Link';
import { useTitle } from '../app/useTitle';
import { Icon } from '../ui/Icon';
import { Empty, Missing, ProblemNotice, Skeleton } from '../ui/Notice';
import { ScheduleForm } from './ScheduleForm';

/** Makes a schedule, or changes one. */
export function EditSchedulePage({ id }: { id?: string }) {
  const handlers = useHandlers();
  const schedule = useLoad(id === undefined ? null : `schedule ${id}`, (signal) => getSchedule(id ?? '', signal));
  const title = id === undefined ? 'New schedule' : 'Edit schedule';
  useTitle(title);
  const all = handlers.data;
  const ready = all !== undefined && (id === undefined || schedule.data !== undefined);
  const problem = handlers.problem ?? schedule.problem;
  return (
    <>
      <p className="crumbs">
        <Link href="/schedules">Schedules</Link>
        {id !== undefined && schedule.data !== undefined && (
          <>
            <Icon name="chevron" size={14} />
            <Link href={`/schedules/${id}`}>{schedule.data.name}</Link>
          </>
        )}
        <Icon name="chevron" size={14} />
        <span>{id === undefined ? 'New' : 'Edit'}</span>
      </p>
      <div className="page-head">
        <h1>{title}</h1>
      </div>
      {!ready && problem === undefined && <Skeleton lines={8} label="Loading the form" />}
      {!ready && schedule.problem !== undefined && (
        <Missing problem={schedule.problem} what="schedule" retry={schedule.reload}>
          <Link href="/schedules">All schedules</Link>
        </Missing>
      )}
      {handlers.problem !== undefined && <ProblemNotice problem={handlers.problem} retry={handlers.reload} />}
      {ready && all.length === 0 && (
        <Empty title="Nothing can be scheduled">
          <p>No handler is live. They stand in handlers.yaml; see the manual.</p>
        </Empty>
      )}
      {ready && all.length > 0 && <ScheduleForm handlers={all} schedule={schedule.data} />}
    </>
  );
}
