import { useEffect, useRef, useState } from 'react';
import { listChildren } from '../api/calls';
import type { Task, TaskSummary } from '../api/client';
import { type Loaded, useLoad } from '../api/useLoad';
import { useReloadOnFeed } from '../api/useReloadOnFeed';
import { count } from '../ui/format';
import { ProblemNotice, Skeleton } from '../ui/Notice';
import { type Counts, inWords, type Stage, stageOf, stages } from './counts';
import { TaskTable } from './TaskTable';

/** More rows than this are shown only when asked for. */
const shownMax = 20;

/** How soon and how often those that are missing are asked for again. */
const againMs = 1000;
const againMax = 5;

/** The children of a task that has some, kept up to date by the feed. */
export function useChildren(task: Task | undefined): Loaded<TaskSummary[]> {
  const id = task?.children === undefined ? null : task.id;
  const children = useLoad(id === null ? null : `children ${id}`, (signal) => listChildren(id ?? '', signal));
  const { data, reload } = children;
  const known = useRef(new Set<string>());
  const again = useRef(0);
  useReloadOnFeed(
    ({ type, task: of }) => {
      if (id === null) return false;
      if (type !== 'task.status') return type === 'feed.gap';
      return of === id || data === undefined || (of !== undefined && known.current.has(of));
    },
    () => {
      again.current = 0;
      reload();
    },
  );
  const total = task?.children?.total ?? 0;
  useEffect(() => {
    for (const child of data ?? []) known.current.add(child.id);
    // On its way into the archive a child of a job that is there already is not listed for a moment.
    if (data === undefined || data.length >= total || again.current >= againMax) return;
    const timer = setTimeout(() => {
      again.current++;
      reload();
    }, againMs);
    return () => clearTimeout(timer);
  }, [data, total, reload]);
  return children;
}

/** The tasks of a job: how many stand where, and each of them. */
export function JobTasks({ task, counts, loaded }: { task: Task; counts: Counts; loaded: Loaded<TaskSummary[]> }) {
  const [only, setOnly] = useState<Stage | null>(null);
  const [all, setAll] = useState(false);
  const shares = stages.filter((stage) => counts[stage] > 0);
  const chosen = only !== null && counts[only] > 0 ? only : null;
  const wanted = loaded.data?.filter(({ status }) => chosen === null || stageOf(status) === chosen) ?? [];
  const rows = all ? wanted : wanted.slice(0, shownMax);
  return (
    <section className="children" aria-labelledby="children-title">
      <div className="children-head">
        <h2 id="children-title">Its tasks</h2>
        <p role="status">{inWords(counts, task.status)}</p>
      </div>
      <div className="shares" aria-hidden="true">
        {shares.map((stage) => (
          <span key={stage} className={`share share-${stage}`} style={{ flexGrow: counts[stage] }} />
        ))}
      </div>
      <div className="chips" role="group" aria-label="Which of its tasks">
        <button type="button" className="chip" aria-pressed={chosen === null} onClick={() => setOnly(null)}>
          All {count(counts.total)}
        </button>
        {shares.map((stage) => (
          <button
            key={stage}
            type="button"
            className="chip"
            aria-pressed={chosen === stage}
            onClick={() => setOnly(chosen === stage ? null : stage)}
          >
            <span className={`share share-dot share-${stage}`} aria-hidden="true" /> {count(counts[stage])} {stage}
          </button>
        ))}
      </div>
      {loaded.problem !== undefined && <ProblemNotice problem={loaded.problem} retry={loaded.reload} />}
      {loaded.data === undefined && loaded.problem === undefined && <Skeleton lines={4} label="Loading its tasks" />}
      {rows.length > 0 && <TaskTable tasks={rows} caption="Tasks of this job" />}
      {rows.length < wanted.length && (
        <button type="button" className="button button-small" onClick={() => setAll(true)}>
          Show all {count(wanted.length)}
        </button>
      )}
    </section>
  );
}
