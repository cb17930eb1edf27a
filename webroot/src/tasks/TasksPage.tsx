import { useCallback, useEffect, useRef, useState } from 'react';
import { listTasks, type TaskFilter } from '../api/calls';
import { type Problem, problemOf, type TaskEvent, type TaskStatus, type TaskSummary } from '../api/client';
import { useHandlers } from '../api/useHandlers';
import { useLoad } from '../api/useLoad';
import { useReloadOnFeed } from '../api/useReloadOnFeed';
import { Link } from '../app/Link';
import { address, navigate, usePlace } from '../app/router';
import { useTitle } from '../app/useTitle';
import { useFeed } from '../events/feed';
import { Icon } from '../ui/Icon';
import { Empty, ProblemNotice, Skeleton } from '../ui/Notice';
import { statusName } from '../ui/Status';
import { TaskTable } from './TaskTable';
import { Tiles } from './Tiles';

const statuses: readonly TaskStatus[] = [
  'queued',
  'scheduled',
  'running',
  'waiting',
  'succeeded',
  'failed',
  'dead',
  'cancelled',
];

interface More {
  readonly items: readonly TaskSummary[];
  readonly next: string | undefined;
}

function readFilter(query: URLSearchParams): TaskFilter {
  const status = statuses.find((one) => one === query.get('status'));
  const handler = query.get('handler') ?? '';
  const q = (query.get('q') ?? '').trim();
  return {
    ...(status === undefined ? {} : { status }),
    ...(handler === '' ? {} : { handler }),
    ...(q === '' ? {} : { q }),
  };
}

function filterAddress(filter: TaskFilter): string {
  return address('/tasks', { status: filter.status, handler: filter.handler, q: filter.q });
}

/** All tasks, newest first, as they come and change. */
export function TasksPage() {
  useTitle('Tasks');
  const { query } = usePlace();
  const filter = readFilter(query);
  return (
    <>
      <div className="page-head">
        <h1>Tasks</h1>
        <div className="actions">
          <Link className="button button-primary" href={address('/tasks/new', { handler: filter.handler })}>
            <Icon name="plus" /> New task
          </Link>
        </div>
      </div>
      <Tiles />
      <Filters filter={filter} />
      <List key={filterAddress(filter)} filter={filter} />
    </>
  );
}

function Filters({ filter }: { filter: TaskFilter }) {
  const handlers = useHandlers();
  const words = useRef<HTMLInputElement>(null);
  const go = (part: { status?: TaskStatus | undefined; handler?: string; q?: string }) => {
    const { status, handler, q } = { ...filter, ...part };
    navigate(address('/tasks', { status, handler, q }));
  };
  useEffect(() => {
    // The address may change under the field: back, forward, a link.
    if (words.current !== null && words.current.value.trim() !== (filter.q ?? '')) words.current.value = filter.q ?? '';
  }, [filter.q]);
  return (
    <form
      className="filters"
      role="search"
      aria-label="Filter tasks"
      onSubmit={(event) => {
        event.preventDefault();
        go({ q: words.current?.value.trim() ?? '' });
      }}
    >
      <div className="filters-row">
        <label className="field-inline filters-words">
          <span className="visually-hidden">Words in input, output or error</span>
          <Icon name="search" size={16} />
          <input
            ref={words}
            type="search"
            defaultValue={filter.q ?? ''}
            placeholder="Words in input, output or error"
            maxLength={500}
            onChange={(event) => {
              if (event.target.value === '' && filter.q !== undefined) go({ q: '' });
            }}
          />
        </label>
        <label className="field-inline">
          <span className="visually-hidden">Handler</span>
          <select value={filter.handler ?? ''} onChange={(event) => go({ handler: event.target.value })}>
            <option value="">All handlers</option>
            {(handlers.data ?? []).map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
            {filter.handler !== undefined && !(handlers.data ?? []).some((one) => one.name === filter.handler) && (
              <option>{filter.handler}</option>
            )}
          </select>
        </label>
      </div>
      <div className="chips" role="group" aria-label="Status">
        <button
          type="button"
          className="chip"
          aria-pressed={filter.status === undefined}
          onClick={() => go({ status: undefined })}
        >
          All
        </button>
        {statuses.map((status) => (
          <button
            key={status}
            type="button"
            className="chip"
            aria-pressed={filter.status === status}
            onClick={() => go({ status: filter.status === status ? undefined : status })}
          >
            {statusName(status)}
          </button>
        ))}
      </div>
    </form>
  );
}

function List({ filter }: { filter: TaskFilter }) {
  const first = useLoad(filterAddress(filter), (signal) => listTasks(filter, signal));
  const [more, setMore] = useState<More | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const { patch, reload } = first;
  const cursor = more === null ? first.data?.next : more.next;

  useReloadOnFeed((news) => news.type === 'task.status' || news.type === 'feed.gap', reload);
  useFeed((frame) => {
    if (frame.type !== 'task.status') return;
    const event = JSON.parse(frame.data) as TaskEvent;
    patch((page) => ({ ...page, items: page.items.map((task) => changed(task, event)) }));
    setMore((now) => (now === null ? null : { ...now, items: now.items.map((task) => changed(task, event)) }));
  });
  const loadMore = useCallback(() => {
    if (cursor === undefined) return;
    listTasks({ ...filter, cursor }).then(
      (page) => {
        setProblem(null);
        setMore((before) => ({ items: [...(before?.items ?? []), ...page.items], next: page.next }));
      },
      (thrown: unknown) => setProblem(problemOf(thrown)),
    );
  }, [filter, cursor]);

  if (first.data === undefined) {
    if (first.problem === undefined) return <Skeleton lines={8} label="Loading tasks" />;
    return <ProblemNotice problem={first.problem} retry={first.reload} />;
  }
  const seen = new Set<string>();
  const tasks = [...first.data.items, ...(more?.items ?? [])].filter(({ id }) => !seen.has(id) && seen.add(id));
  const filtered = Object.keys(filter).length > 0;
  return (
    <>
      {first.problem !== undefined && <ProblemNotice problem={first.problem} retry={reload} />}
      {tasks.length > 0 ? (
        <TaskTable tasks={tasks} caption="Tasks, newest first" />
      ) : filtered ? (
        <Empty title="No task is like that">
          <Link className="button" href="/tasks">
            Show all tasks
          </Link>
        </Empty>
      ) : (
        <Empty title="Nothing has been asked yet">
          <p>Every piece of work shows up here: what was uploaded, searched, embedded.</p>
          <Link className="button button-primary" href="/tasks/new">
            <Icon name="plus" /> New task
          </Link>
        </Empty>
      )}
      {problem !== null && <ProblemNotice problem={problem} retry={loadMore} />}
      {cursor !== undefined && (
        <button type="button" className="button" onClick={loadMore}>
          Older tasks
        </button>
      )}
    </>
  );
}

function changed(task: TaskSummary, event: TaskEvent): TaskSummary {
  if (task.id !== event.task) return task;
  const { status } = event.data as { status?: TaskStatus };
  if (status === undefined || status === task.status) return task;
  return {
    ...task,
    status,
    ...(status === 'running' ? { startedAt: event.at } : {}),
    ...(event.final === true ? { finishedAt: event.at } : {}),
  };
}
