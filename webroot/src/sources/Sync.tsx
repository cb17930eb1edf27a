import { useEffect, useState } from 'react';
import { cancelTask, getTask } from '../api/calls';
import { type Problem, problemOf, type SourceSync } from '../api/client';
import { useLoad } from '../api/useLoad';
import { Link } from '../app/Link';
import { JobTasks, useChildren } from '../tasks/JobTasks';
import { progressOf } from '../tasks/log';
import { useTaskLog } from '../tasks/useTaskLog';
import { count, plural } from '../ui/format';
import { Icon } from '../ui/Icon';
import { Notice, ProblemNotice, Skeleton } from '../ui/Notice';
import { isFinal, Status } from '../ui/Status';
import { Time } from '../ui/Time';
import { countsOf, failuresOf, lookedAt } from './source';

/** One sync of a source, live while it runs: what it found, what failed and why, and the task of every file it brings. */
export function Sync({ task: id, sync }: { task: string; sync: SourceSync | undefined }) {
  const task = useLoad(`task ${id}`, (signal) => getTask(id, signal));
  const { log } = useTaskLog(id);
  const changes = log.events.filter((event) => event.type === 'task.status').length;
  const { reload } = task;
  useEffect(() => {
    if (changes > 0) reload();
  }, [changes, reload]);
  const children = useChildren(task.data);
  const one = task.data;
  const ended = one !== undefined && isFinal(one.status);
  const progress = one?.status === 'running' ? progressOf(log) : null;
  const error = sync?.error ?? (ended ? one.error?.message : undefined);
  return (
    <section aria-label="Sync">
      <div className="sync-head">
        <h2>{ended || one === undefined ? 'Last sync' : 'Sync'}</h2>
        {one !== undefined && <Status of={one.status} stopping={one.cancelRequested && !ended} />}
        {sync !== undefined && (
          <span className="quiet">
            {sync.endedAt === undefined ? 'begun' : 'ended'} <Time at={sync.endedAt ?? sync.startedAt} />
          </span>
        )}
        <Link href={`/tasks/${id}`}>its task</Link>
        {one !== undefined && !ended && <Stop id={id} stopping={one.cancelRequested} onStopped={reload} />}
      </div>
      {one === undefined && task.problem === undefined && <Skeleton lines={3} label="Loading the sync" />}
      {task.problem !== undefined && task.problem.status !== 404 && <ProblemNotice problem={task.problem} retry={reload} />}
      {progress !== null && (
        <div className="progress" role="status">
          <progress className="bar" />
          <span>{lookedAt(progress.done)}</span>
        </div>
      )}
      {error !== undefined && (
        <Notice kind="error" title="The sync broke off">
          <p>{error}</p>
        </Notice>
      )}
      {sync?.endedAt !== undefined && <Found sync={sync} />}
      <Failures of={one?.result} />
      {one?.children !== undefined && (
        <JobTasks task={one} counts={children.data?.counts ?? one.children} list={children} />
      )}
    </section>
  );
}

function Stop({ id, stopping, onStopped }: { id: string; stopping: boolean; onStopped: () => void }) {
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const stop = () => {
    setBusy(true);
    cancelTask(id)
      .then(onStopped, (thrown: unknown) => setProblem(problemOf(thrown)))
      .finally(() => setBusy(false));
  };
  return (
    <>
      <button
        type="button"
        className="button button-small button-danger"
        disabled={busy || stopping}
        title="What is in already stays; the next sync brings the rest"
        onClick={stop}
      >
        <Icon name="stop" size={14} /> {stopping ? 'Stopping…' : 'Stop'}
      </button>
      {problem !== null && <span className="bad">{problem.message}</span>}
    </>
  );
}

function Found({ sync }: { sync: SourceSync }) {
  const counts = countsOf(sync);
  if (counts.length === 0) return sync.error === undefined ? <p className="quiet">It found no files.</p> : null;
  return (
    <ul className="figures found" aria-label="What it found">
      {counts.map(({ name, files }) => (
        <li key={name} className={name === 'failed' ? 'card figure figure-bad' : 'card figure'}>
          <b>{count(files)}</b> <span>{name}</span>
        </li>
      ))}
    </ul>
  );
}

function Failures({ of }: { of: unknown }) {
  const failures = failuresOf(of);
  if (failures.length === 0) return null;
  return (
    <Notice kind="warning" title={`${plural(failures.length, 'file')} could not be read`}>
      <ul>
        {failures.map(({ file, error }) => (
          <li key={file}>
            <span className="mono">{file}</span>: {error}
          </li>
        ))}
      </ul>
    </Notice>
  );
}
