import type { TaskSummary } from '../api/client';
import { Link } from '../app/Link';
import { duration } from '../ui/format';
import { isFinal, Status } from '../ui/Status';
import { Time, useNow } from '../ui/Time';

/** Tasks in rows; on a narrow screen each row becomes a card. */
export function TaskTable({ tasks }: { tasks: readonly TaskSummary[] }) {
  return (
    <table className="table tasks">
      <caption className="visually-hidden">Tasks, newest first</caption>
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
