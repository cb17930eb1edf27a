import type { ScheduleSummary } from '../api/client';
import { Link } from '../app/Link';
import { Icon, type IconName } from '../ui/Icon';
import { Time } from '../ui/Time';
import { FireTime } from './FireTime';

interface Rows {
  schedules: readonly ScheduleSummary[];
  /** The ids of those that something is being done to. */
  busy: ReadonlySet<string>;
  onRun: (schedule: ScheduleSummary) => void;
  onPause: (schedule: ScheduleSummary) => void;
  onDelete: (schedule: ScheduleSummary) => void;
}

/** Schedules in rows; on a narrow screen each row becomes a card. */
export function ScheduleTable({ schedules, ...rows }: Rows) {
  return (
    <table className="table tasks">
      <caption className="visually-hidden">Schedules, newest first</caption>
      <thead>
        <tr>
          <th scope="col">Schedule</th>
          <th scope="col">Next run</th>
          <th scope="col">Last task</th>
          <th scope="col">
            <span className="visually-hidden">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {schedules.map((schedule) => (
          <Row key={schedule.id} schedule={schedule} {...rows} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ schedule, busy, onRun, onPause, onDelete }: Omit<Rows, 'schedules'> & { schedule: ScheduleSummary }) {
  const waits = busy.has(schedule.id);
  return (
    <tr>
      <td className="table-main">
        <Link href={`/schedules/${schedule.id}`} className="task-link">
          {schedule.name}
        </Link>
        <span className="quiet table-sub">
          <code>{schedule.cron}</code> · {schedule.handler}
        </span>
        {schedule.error !== undefined && (
          <span className="bad table-sub">
            <code>{schedule.error.type}</code> {schedule.error.message}
          </span>
        )}
      </td>
      <td>
        <Next schedule={schedule} />
      </td>
      <td>
        {schedule.lastTaskId === undefined ? (
          <span className="quiet">none yet</span>
        ) : (
          <Link href={`/tasks/${schedule.lastTaskId}`}>
            <span className="unit">last task </span>
            {schedule.lastFireAt === undefined ? 'run by hand' : <Time at={schedule.lastFireAt} />}
          </Link>
        )}
      </td>
      <td>
        <div className="actions row-actions">
          <Act icon="play" says="Run now" of={schedule} disabled={waits} onClick={onRun} />
          <Act
            icon={schedule.paused ? 'retry' : 'pause'}
            says={schedule.paused ? 'Resume' : 'Pause'}
            of={schedule}
            disabled={waits}
            onClick={onPause}
          />
          <Act icon="trash" says="Delete" of={schedule} disabled={waits} onClick={onDelete} />
        </div>
      </td>
    </tr>
  );
}

/** When it runs next, or why it does not. */
export function Next({ schedule }: { schedule: Pick<ScheduleSummary, 'paused' | 'nextFireAt' | 'timeZone'> }) {
  if (schedule.paused) return <span className="quiet">paused</span>;
  if (schedule.nextFireAt === undefined) return <span className="bad">never</span>;
  return <FireTime at={schedule.nextFireAt} zone={schedule.timeZone} />;
}

function Act(props: {
  icon: IconName;
  says: string;
  of: ScheduleSummary;
  disabled: boolean;
  onClick: (schedule: ScheduleSummary) => void;
}) {
  return (
    <button
      type="button"
      className="button-bare button-small"
      disabled={props.disabled}
      title={props.says}
      aria-label={`${props.says} ${props.of.name}`}
      onClick={() => props.onClick(props.of)}
    >
      <Icon name={props.icon} size={16} />
    </button>
  );
}
