import { useEffect, useState } from 'react';
import { cancelTask, getTask, retryDeadLetter } from '../api/calls';
import { type Problem, problemOf, type Task } from '../api/client';
import { type Loaded, useLoad } from '../api/useLoad';
import { Link } from '../app/Link';
import { address } from '../app/router';
import { useTitle } from '../app/useTitle';
import { Copy } from '../ui/Copy';
import { duration } from '../ui/format';
import { Icon } from '../ui/Icon';
import { Json } from '../ui/Json';
import { Missing, Notice, ProblemNotice, Skeleton } from '../ui/Notice';
import { isFinal, Status } from '../ui/Status';
import { Time, useNow } from '../ui/Time';
import { CancelJob } from './CancelJob';
import type { Counts } from './counts';
import { EventLog } from './EventLog';
import { JobTasks, useChildren } from './JobTasks';
import { progressOf } from './log';
import { useTaskLog } from './useTaskLog';

/** One task: where it stands, what went in, what came out, and everything that happened on the way. */
export function TaskPage({ id }: { id: string }) {
  const task = useLoad(`task ${id}`, (signal) => getTask(id, signal));
  const { log, state } = useTaskLog(id);
  const changes = log.events.filter((event) => event.type === 'task.status').length;
  const reload = task.reload;
  useEffect(() => {
    if (changes > 0) reload();
  }, [changes, reload]);
  const one = task.data;
  const children = useChildren(one);
  useTitle(one === undefined ? 'Task' : `${one.handler} task`);
  if (one === undefined) {
    if (task.problem === undefined) return <Skeleton lines={8} label="Loading the task" />;
    return (
      <Missing problem={task.problem} what="task" retry={task.reload}>
        <Link href="/tasks">All tasks</Link>
      </Missing>
    );
  }
  const counts = children.data?.counts ?? one.children;
  const progress = one.status === 'running' ? progressOf(log) : null;
  return (
    <article>
      <Head task={one} loaded={task} counts={counts} />
      {progress !== null && (
        <div className="progress" role="status">
          <progress className="bar" {...(progress.total > 0 ? { max: progress.total, value: progress.done } : {})} />
          <span>
            {progress.stage}
            {progress.total > 0 && ` ${progress.done} of ${progress.total}`}
          </span>
        </div>
      )}
      {one.error !== undefined && (
        <Notice kind={isFinal(one.status) ? 'error' : 'warning'} title={one.error.message}>
          <p>
            <code>{one.error.type}</code>
            {isFinal(one.status)
              ? one.error.retryable
                ? ' · the same input may succeed later'
                : ' · the same input will fail again'
              : ' · it is tried again'}
          </p>
        </Notice>
      )}
      {counts !== undefined && <JobTasks task={one} counts={counts} list={children} />}
      <div className="columns">
        <div>
          <Outcome task={one} />
          <section>
            <h2>Input</h2>
            <Json value={one.input} label="input" />
          </section>
        </div>
        <EventLog log={log} state={state} />
      </div>
    </article>
  );
}

function Outcome({ task }: { task: Task }) {
  const documents = task.relevantDocuments ?? [];
  const words = (task.input as { query?: string } | null)?.query;
  return (
    <>
      {documents.length > 0 && (
        <section>
          <h2>Relevant documents</h2>
          <ul className="links">
            {documents.map((one) => (
              <li key={one.documentId + (one.passageId ?? '')}>
                <Link
                  href={address(`/documents/${encodeURIComponent(one.documentId)}`, {
                    passage: one.passageId ?? '',
                    q: words ?? '',
                  })}
                >
                  <Icon name="file" size={16} />
                  {one.title ?? one.name}
                </Link>
                <Link className="chip chip-quiet" href={`/collections/${encodeURIComponent(one.collection)}`}>
                  {one.collection}
                </Link>
              </li>
            ))}
          </ul>
        </section>
      )}
      {task.result !== undefined && (
        <section>
          <h2>Result</h2>
          <Json value={task.result} label="result" />
        </section>
      )}
    </>
  );
}

function Head({ task, loaded, counts }: { task: Task; loaded: Loaded<Task>; counts: Counts | undefined }) {
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const [asking, setAsking] = useState(false);
  const change = (action: (id: string) => Promise<Task>) => {
    setProblem(null);
    setBusy(true);
    action(task.id)
      .then(
        (now) => loaded.patch(() => now),
        (thrown: unknown) => {
          setProblem(problemOf(thrown));
          loaded.reload();
        },
      )
      .finally(() => {
        setBusy(false);
        setAsking(false);
      });
  };
  const open = counts?.open ?? 0;
  const stopping = task.cancelRequested && !isFinal(task.status);
  return (
    <>
      <p className="crumbs">
        <Link href="/tasks">Tasks</Link>
        <Icon name="chevron" size={14} />
        <Link href={address('/tasks', { handler: task.handler })}>{task.handler}</Link>
      </p>
      <div className="page-head">
        <h1>
          {task.handler} <Status of={task.status} stopping={stopping} />
        </h1>
        <div className="actions">
          {task.status === 'dead' && (
            <button
              type="button"
              className="button button-primary"
              title="Start the next round of this task"
              disabled={busy}
              onClick={() => change(retryDeadLetter)}
            >
              <Icon name="retry" /> Retry
            </button>
          )}
          <Link className="button" href={address('/tasks/new', { handler: task.handler, from: task.id })}>
            <Icon name="retry" /> Run again
          </Link>
          {!isFinal(task.status) && (
            <button
              type="button"
              className="button button-danger"
              disabled={stopping || busy}
              onClick={() => (open > 0 ? setAsking(true) : change(cancelTask))}
            >
              <Icon name="stop" /> {stopping ? 'Stopping…' : 'Cancel'}
            </button>
          )}
        </div>
      </div>
      <Facts task={task} />
      {asking && !isFinal(task.status) && (
        <CancelJob open={open} busy={busy} onConfirm={() => change(cancelTask)} onClose={() => setAsking(false)} />
      )}
      {problem !== null && <ProblemNotice problem={problem} />}
    </>
  );
}

function Facts({ task }: { task: Task }) {
  const now = useNow(1000);
  const created = Date.parse(task.createdAt);
  const started = task.startedAt === undefined ? undefined : Date.parse(task.startedAt);
  const finished = task.finishedAt === undefined ? undefined : Date.parse(task.finishedAt);
  const document = (task.input as { documentId?: string } | null)?.documentId;
  return (
    <dl className="facts">
      <div className="fact-wide">
        <dt>ID</dt>
        <dd>
          <code>{task.id}</code>
          <Copy text={() => task.id} label="Copy the id" />
        </dd>
      </div>
      <div>
        <dt>Created</dt>
        <dd>
          <Time at={task.createdAt} />
        </dd>
      </div>
      {task.status === 'scheduled' && task.runAt !== undefined && (
        <div>
          <dt>Due</dt>
          <dd>
            <Time at={task.runAt} />
          </dd>
        </div>
      )}
      {started !== undefined && (
        <div>
          <dt>Waited</dt>
          <dd>{duration(started - created)}</dd>
        </div>
      )}
      {started !== undefined && (
        <div>
          <dt>{finished !== undefined ? 'Took' : task.status === 'waiting' ? 'Begun' : 'Running for'}</dt>
          <dd>
            {duration((finished ?? Math.max(now, started)) - started)}
            {task.status === 'waiting' && ' ago'}
          </dd>
        </div>
      )}
      <div>
        <dt>Runs</dt>
        <dd>
          {task.deliveries}
          {task.round > 1 && `, in round ${task.round}`}
        </dd>
      </div>
      <div>
        <dt>Priority</dt>
        <dd>{task.priority}</dd>
      </div>
      <div>
        <dt>By</dt>
        <dd>{task.user}</dd>
      </div>
      {task.parent !== undefined && (
        <div>
          <dt>Part of</dt>
          <dd>
            <Link href={`/tasks/${task.parent}`}>its job</Link>
          </dd>
        </div>
      )}
      {document !== undefined && (
        <div>
          <dt>Document</dt>
          <dd>
            <Link href={`/documents/${encodeURIComponent(document)}`}>its page</Link>
          </dd>
        </div>
      )}
      {task.worker !== undefined && (
        <div>
          <dt>Worker</dt>
          <dd>{task.worker}</dd>
        </div>
      )}
    </dl>
  );
}
