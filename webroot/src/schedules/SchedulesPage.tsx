import { useRef, useState } from 'react';
import { deleteSchedule, listSchedules, newKey, pauseSchedule, runSchedule } from '../api/calls';
import { type Problem, problemOf, type ScheduleSummary } from '../api/client';
import { useLoad } from '../api/useLoad';
import { type FeedNews, useReloadOnFeed } from '../api/useReloadOnFeed';
import { Link } from '../app/Link';
import { useTitle } from '../app/useTitle';
import { Icon } from '../ui/Icon';
import { Empty, ProblemNotice, Skeleton } from '../ui/Notice';
import { DeleteSchedule } from './DeleteSchedule';
import { ScheduleTable } from './ScheduleTable';

/** Whether news of the feed may be of a schedule that has fired. */
export function maySayFired(news: FeedNews): boolean {
  if (news.type !== 'task.status') return news.type === 'feed.gap';
  return (news.data as { status?: string } | undefined)?.status === 'queued';
}

/** What is submitted again and again. */
export function SchedulesPage() {
  useTitle('Schedules');
  return (
    <>
      <div className="page-head">
        <h1>Schedules</h1>
        <Link className="button button-primary" href="/schedules/new">
          <Icon name="plus" /> New schedule
        </Link>
      </div>
      <p className="quiet page-lead">Tasks that are submitted again and again, by the clocks of a time zone.</p>
      <List />
    </>
  );
}

/** What the person has just done, to be read out and to be followed. */
interface Done {
  readonly text: string;
  readonly task?: string;
}

function List() {
  const first = useLoad('schedules', (signal) => listSchedules(undefined, signal));
  const [more, setMore] = useState<{ items: readonly ScheduleSummary[]; next: string | undefined } | null>(null);
  const [busy, setBusy] = useState<ReadonlySet<string>>(new Set());
  const [problem, setProblem] = useState<Problem | null>(null);
  const [done, setDone] = useState<Done | null>(null);
  const [deleting, setDeleting] = useState<ScheduleSummary | null>(null);
  const told = useRef<HTMLParagraphElement>(null);
  const { reload } = first;
  useReloadOnFeed(maySayFired, reload);
  const cursor = more === null ? first.data?.next : more.next;

  const act = (schedule: ScheduleSummary, action: () => Promise<Done>) => {
    setBusy((before) => new Set(before).add(schedule.id));
    setProblem(null);
    action()
      .then(
        (what) => {
          setDone(what);
          requestAnimationFrame(() => told.current?.focus());
        },
        (thrown: unknown) => {
          setDone(null);
          setProblem(problemOf(thrown));
        },
      )
      .finally(() => {
        setDeleting(null);
        setMore(null);
        reload();
        setBusy((before) => new Set([...before].filter((id) => id !== schedule.id)));
      });
  };
  const loadMore = () => {
    if (cursor === undefined) return;
    listSchedules(cursor).then(
      (page) => setMore((before) => ({ items: [...(before?.items ?? []), ...page.items], next: page.next })),
      (thrown: unknown) => setProblem(problemOf(thrown)),
    );
  };

  if (first.data === undefined) {
    if (first.problem === undefined) return <Skeleton lines={6} label="Loading schedules" />;
    return <ProblemNotice problem={first.problem} retry={reload} />;
  }
  const schedules = [...first.data.items, ...(more?.items ?? [])];
  return (
    <>
      <p ref={told} className={done === null ? 'visually-hidden' : 'done'} role="status" tabIndex={-1}>
        {done !== null && (
          <>
            <Icon name="check" size={16} /> {done.text}{' '}
            {done.task !== undefined && <Link href={`/tasks/${done.task}`}>Follow it</Link>}
          </>
        )}
      </p>
      {first.problem !== undefined && <ProblemNotice problem={first.problem} retry={reload} />}
      {problem !== null && <ProblemNotice problem={problem} />}
      {schedules.length > 0 ? (
        <ScheduleTable
          schedules={schedules}
          busy={busy}
          onRun={(one) =>
            act(one, () =>
              runSchedule(one.id, newKey()).then((task) => ({ text: `${one.name} is submitted.`, task: task.id })),
            )
          }
          onPause={(one) =>
            act(one, () =>
              pauseSchedule(one.id, !one.paused).then(({ paused }) => ({
                text: paused ? `${one.name} is paused.` : `${one.name} goes on.`,
              })),
            )
          }
          onDelete={setDeleting}
        />
      ) : (
        <Empty title="No schedules">
          <p>A schedule submits a task every night, every quarter of an hour, or whenever its cron expression says.</p>
        </Empty>
      )}
      {cursor !== undefined && (
        <button type="button" className="button" onClick={loadMore}>
          Older schedules
        </button>
      )}
      {deleting !== null && (
        <DeleteSchedule
          schedule={deleting}
          busy={busy.has(deleting.id)}
          onConfirm={() =>
            act(deleting, () => deleteSchedule(deleting.id).then(() => ({ text: `${deleting.name} is deleted.` })))
          }
          onClose={() => setDeleting(null)}
        />
      )}
    </>
  );
}
