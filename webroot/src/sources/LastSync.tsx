import { getTask } from '../api/calls';
import type { Source, SourceSync } from '../api/client';
import { useLoad } from '../api/useLoad';
import { Link } from '../app/Link';
import { isFinal, Status } from '../ui/Status';
import { Time } from '../ui/Time';
import { foundOf } from './source';

/** When a source was synced last and what that found, or that it is being synced. */
export function LastSync({ source }: { source: Source }) {
  const { runningTaskId, lastSync } = source;
  if (runningTaskId !== undefined) return <Unended task={runningTaskId} />;
  if (lastSync === undefined) return <span className="quiet">not yet</span>;
  return <Ended sync={lastSync} />;
}

function Ended({ sync }: { sync: SourceSync }) {
  return (
    <>
      <Link href={`/tasks/${sync.taskId}`}>
        <span className="unit">synced </span>
        <Time at={sync.endedAt ?? sync.startedAt} />
      </Link>
      <span className={sync.failed > 0 ? 'bad sync-found' : 'quiet sync-found'}>
        {sync.error === undefined ? foundOf(sync) : 'broke off'}
      </span>
    </>
  );
}

/** A sync that has not said how it ended: it runs, or it was stopped. */
function Unended({ task }: { task: string }) {
  const { data } = useLoad(`task ${task}`, (signal) => getTask(task, signal));
  if (data === undefined) return <Link href={`/tasks/${task}`}>its task</Link>;
  return (
    <Link href={`/tasks/${task}`} aria-label={isFinal(data.status) ? 'The sync that was stopped' : 'The sync that runs'}>
      <Status of={data.status} stopping={data.cancelRequested} />
    </Link>
  );
}
