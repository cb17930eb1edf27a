import type { TaskSummary } from '../api/client';
import { Link } from '../app/Link';
import { duration, plural } from '../ui/format';
import { isFinal, Status } from '../ui/Status';
import { Time, useNow } from '../ui/Time';
import { type Counts, endedOf } from './counts';

/** Tasks in rows; on a narrow screen each row becomes a card. */
export function TaskTable({ tasks, caption }: { tasks: readonly TaskSummary[]; caption: string }) {
  return (
    <table className="table tasks">
      <caption className="visually-hidden">{caption}</caption>
      <thead>
        <tr>
          <th scope="col">Task</th>
          <th scope="col">Status</th>
          <th scope="col">Created</th>
          <th scope="col" className="number">
            Took
          </th>
        </tr>
      </thead>
      <tbody>
        {tasks.map((task) => (
          <Row key={task.id} task={task} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ task }: { task: TaskSummary }) {
  return (
    <tr>
      <td className="table-main">
        <Link href={`/tasks/${task.id}`} className="task-link">
          {task.handler}
        </Link>
        <code className="task-preview">{task.preview}</code>
        {task.error !== undefined && <span className="bad table-sub">{task.error.message}</span>}
      </td>
      <td>
        <Status of={task.status} stopping={task.cancelRequested} />
        {task.children !== undefined && <Ended of={task.children} />}
      </td>
      <td>
        <Time at={task.createdAt} />
      </td>
      <td className="number">
        <Took task={task} />
      </td>
    </tr>
  );
}

/** How far a job is. */
function Ended({ of }: { of: Counts }) {
  return (
    <span className="quiet ended" title={`${of.total - of.open} of ${plural(of.total, 'task')} ended`}>
      {endedOf(of)}
      <span className="visually-hidden"> tasks ended</span>
    </span>
  );
}

function Took({ task }: { task: TaskSummary }) {
  if (task.startedAt === undefined) return null;
  const started = Date.parse(task.startedAt);
  if (task.finishedAt !== undefined) return duration(Date.parse(task.finishedAt) - started);
  return isFinal(task.status) ? null : <RunningFor since={started} />;
}

function RunningFor({ since }: { since: number }) {
  const now = useNow(1000);
  return `${duration(Math.max(0, Math.round((now - since) / 1000) * 1000))} so far`;
}
