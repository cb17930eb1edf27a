import { useEffect, useRef, useState } from 'react';
import { listChildren } from '../api/calls';
import type { ChildPage, Task } from '../api/client';
import { type Loaded, useLoad } from '../api/useLoad';
import { useReloadOnFeed } from '../api/useReloadOnFeed';
import { count } from '../ui/format';
import { ProblemNotice, Skeleton } from '../ui/Notice';
import { type Counts, inWords, type Stage, stageOf, stages } from './counts';
import { TaskTable } from './TaskTable';

/** So many rows are shown at first, and so many more when asked for; the last is what a page holds. */
const firstRows = 20;
const moreRows = 100;
const rowsMax = 1000;

/** How soon and how often those that are missing are asked for again. */
const againMs = 1000;
const againMax = 5;

/** The children of a task: of very many only those that are looked at. */
export interface Children extends Loaded<ChildPage> {
  /** Only these are wanted. */
  readonly only: Stage | null;
  readonly choose: (only: Stage | null) => void;
  /** How many rows are wanted. */
  readonly rows: number;
  readonly more: () => void;
}

/** The children of a task that has some, kept up to date by the feed. */
export function useChildren(task: Task | undefined): Children {
  const id = task?.children === undefined ? null : task.id;
  const [only, setOnly] = useState<Stage | null>(null);
  const [rows, setRows] = useState(firstRows);
  const children = useLoad(id === null ? null : `children ${id}`, (signal) =>
    listChildren(id ?? '', { limit: rows, ...(only === null ? {} : { status: only }) }, signal),
  );
  const { data, reload } = children;
  const known = useRef(new Set<string>());
  const again = useRef(0);
  const open = (data?.counts ?? task?.children)?.open ?? 0;
  useReloadOnFeed(
    ({ type, task: of }) => {
      if (id === null) return false;
      if (type !== 'task.status') return type === 'feed.gap';
      // While some are open, news of a task that is not shown may be of one of them.
      return of === id || open > 0 || data === undefined || (of !== undefined && known.current.has(of));
    },
    () => {
      again.current = 0;
      reload();
    },
  );
  const wanted = Math.min(rows, data?.counts?.total ?? 0);
  useEffect(() => {
    for (const child of data?.items ?? []) known.current.add(child.id);
    // On its way into the archive a child of a job that is there already is not listed for a moment.
    if (data === undefined || only !== null || data.items.length >= wanted || again.current >= againMax) return;
    const timer = setTimeout(() => {
      again.current++;
      reload();
    }, againMs);
    return () => clearTimeout(timer);
  }, [data, only, wanted, reload]);
  return {
    ...children,
    only,
    rows,
    choose: (stage) => {
      setOnly(stage);
      setRows(firstRows);
      reload();
    },
    more: () => {
      setRows((now) => Math.min(rowsMax, now + moreRows));
      reload();
    },
  };
}

/** The tasks of a job: how many stand where, and each of them. */
export function JobTasks({ task, counts, list }: { task: Task; counts: Counts; list: Children }) {
  const { only, choose } = list;
  // What was chosen stays to be seen when none is left of it.
  const shares = stages.filter((stage) => counts[stage] > 0 || stage === only);
  const rows =
    list.data?.items
      .filter(({ status }) => only === null || stageOf(status) === only)
      .slice(0, list.rows) ?? [];
  const left = (only === null ? counts.total : counts[only]) - rows.length;
  const more = Math.min(left, list.rows < rowsMax ? moreRows : 0);
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
        <button type="button" className="chip" aria-pressed={only === null} onClick={() => choose(null)}>
          All {count(counts.total)}
        </button>
        {shares.map((stage) => (
          <button
            key={stage}
            type="button"
            className="chip"
            aria-pressed={only === stage}
            onClick={() => choose(only === stage ? null : stage)}
          >
            <span className={`share share-dot share-${stage}`} aria-hidden="true" /> {count(counts[stage])} {stage}
          </button>
        ))}
      </div>
      {list.problem !== undefined && <ProblemNotice problem={list.problem} retry={list.reload} />}
      {list.data === undefined && list.problem === undefined && (
        <Skeleton lines={4} label="Loading its tasks" />
      )}
      {rows.length > 0 && <TaskTable tasks={rows} caption="Tasks of this job" />}
      {rows.length > 0 && more > 0 && (
        <button type="button" className="button button-small" onClick={list.more}>
          Show {count(more)} more of {count(left)}
        </button>
      )}
    </section>
  );
}
