import { useEffect } from 'react';
import { cancelTask } from '../api/calls';
import type { TestRun } from '../api/client';
import { compareTestRuns, deleteTestRun, getTestRun, getTestSet, listTestRuns } from '../api/tuning';
import { useAct } from '../api/useAct';
import { useLoad } from '../api/useLoad';
import { Link } from '../app/Link';
import { navigate, usePlace } from '../app/router';
import { useTitle } from '../app/useTitle';
import { progressOf } from '../tasks/log';
import { useTaskLog } from '../tasks/useTaskLog';
import { absolute, count } from '../ui/format';
import { Icon } from '../ui/Icon';
import { Missing, Notice, ProblemNotice, Skeleton } from '../ui/Notice';
import { isFinal, Status } from '../ui/Status';
import { Time } from '../ui/Time';
import { Apply } from './Apply';
import { Compared, FigureTable, Results } from './Figures';
import { runAddress } from './RunTable';
import { described } from './settings';

/** One run, live while it is measured: its figures, and beside an earlier one what became better and worse. */
export function TestRunPage({ id }: { id: string }) {
  const loaded = useLoad(`test run ${id}`, (signal) => getTestRun(id, signal));
  const run = loaded.data;
  const { log } = useTaskLog(id);
  const changes = log.events.filter((event) => event.type === 'task.status').length;
  const { reload } = loaded;
  useEffect(() => {
    if (changes > 0) reload();
  }, [changes, reload]);
  useTitle(run === undefined ? 'Run' : run.name);
  if (run === undefined || loaded.problem?.status === 404) {
    if (loaded.problem === undefined) return <Skeleton lines={8} label="Loading the run" />;
    return (
      <Missing problem={loaded.problem} what="run" retry={reload}>
        <Link href="/tuning">All test sets</Link>
      </Missing>
    );
  }
  const progress = run.status === 'running' ? progressOf(log) : null;
  return (
    <article>
      <Head run={run} onChanged={reload} />
      {loaded.problem !== undefined && <ProblemNotice problem={loaded.problem} retry={reload} />}
      {!isFinal(run.status) && (
        <div className="progress" role="status">
          <progress className="bar" max={run.queries} value={progress?.done ?? run.answered} />
          <span>
            {count(progress?.done ?? run.answered)} of {count(run.queries)} queries asked
          </span>
        </div>
      )}
      {isFinal(run.status) && run.figures === undefined && (
        <Notice kind="error" title="This run did not come to its end">
          <p>
            <Link href={`/tasks/${run.id}`}>Its task</Link> says why.
          </p>
        </Notice>
      )}
      {run.notice !== undefined && (
        <Notice kind="warning" title={`${count(run.limited ?? 0)} of ${count(run.queries)} queries got less than was asked for`}>
          <p>{run.notice}</p>
        </Notice>
      )}
      {run.figures !== undefined && <Measured run={run} figures={run.figures} />}
    </article>
  );
}

function Head({ run, onChanged }: { run: TestRun; onChanged: () => void }) {
  const set = useLoad(`test set ${run.testSet}`, (signal) => getTestSet(run.testSet, signal));
  const { act, busy, problem } = useAct();
  return (
    <>
      <p className="crumbs">
        <Link href="/tuning">Tuning</Link>
        <Icon name="chevron" size={14} />
        <Link href={`/tuning/${run.testSet}`}>{set.data?.name ?? 'Test set'}</Link>
        <Icon name="chevron" size={14} />
        <span>{run.name}</span>
      </p>
      <div className="page-head">
        <h1>
          {run.name} {run.figures === undefined && <Status of={run.status} />}
        </h1>
        <div className="actions">
          {!isFinal(run.status) && (
            <button type="button" className="button" disabled={busy} onClick={() => act(cancelTask(run.id), onChanged)}>
              <Icon name="stop" /> Stop
            </button>
          )}
          <button
            type="button"
            className="button"
            disabled={busy || !isFinal(run.status)}
            onClick={() => act(deleteTestRun(run.id), () => navigate(`/tuning/${run.testSet}`))}
          >
            <Icon name="trash" /> Delete
          </button>
        </div>
      </div>
      {problem !== null && <ProblemNotice problem={problem} />}
      <dl className="facts">
        <div>
          <dt>Settings</dt>
          <dd>{described(run.settings)}</dd>
        </div>
        <div>
          <dt>Asked in</dt>
          <dd>{run.collection ?? 'all collections'}</dd>
        </div>
        {(run.models ?? []).length > 0 && (
          <div>
            <dt>Models</dt>
            <dd>{run.models?.join(', ')}</dd>
          </div>
        )}
        <div>
          <dt>Queries</dt>
          <dd>{count(run.queries)}</dd>
        </div>
        <div>
          <dt>Begun</dt>
          <dd>
            <Time at={run.startedAt} />
          </dd>
        </div>
      </dl>
    </>
  );
}

function Measured({ run, figures }: { run: TestRun; figures: NonNullable<TestRun['figures']> }) {
  const { query } = usePlace();
  const before = query.get('with');
  const runs = useLoad(`test runs ${run.testSet}`, (signal) => listTestRuns(run.testSet, signal));
  const others = runs.data?.filter((other) => other.id !== run.id && other.figures !== undefined) ?? [];
  const compared = useLoad(before === null ? null : `compare ${run.id} ${before}`, (signal) =>
    compareTestRuns(run.id, before ?? '', signal),
  );
  return (
    <>
      <Apply run={run} />
      {(others.length > 0 || before !== null) && (
        <div className="tuning-with">
          <label htmlFor="with">Beside</label>
          <select
            id="with"
            value={before ?? ''}
            onChange={(event) => {
              const other = others.find(({ id }) => id === event.target.value);
              navigate(runAddress(run, other), { replace: true });
            }}
          >
            <option value="">no other run</option>
            {others.map((other) => (
              <option key={other.id} value={other.id}>
                {other.name}, {absolute(new Date(other.startedAt))}
              </option>
            ))}
          </select>
        </div>
      )}
      {compared.problem !== undefined && <ProblemNotice problem={compared.problem} retry={compared.reload} />}
      {before !== null && compared.data === undefined && compared.loading && <Skeleton lines={6} label="Comparing" />}
      {compared.data !== undefined ? (
        <Compared of={compared.data} />
      ) : (
        (before === null || compared.problem !== undefined) && (
          <>
            <FigureTable after={figures} />
            <Results run={run} />
          </>
        )
      )}
    </>
  );
}
