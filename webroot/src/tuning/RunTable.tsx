import type { TestRun } from '../api/client';
import { Link } from '../app/Link';
import { address } from '../app/router';
import { count } from '../ui/format';
import { Status } from '../ui/Status';
import { Time } from '../ui/Time';
import { described, difference, figures, shown } from './settings';

/** The figures that tell most at a glance. */
const columns = figures.filter(({ name }) => name === 'success10' || name === 'mrr10' || name === 'ndcg10');

/** Runs, newest first, each beside the one before it. */
export function RunTable({ runs }: { runs: readonly TestRun[] }) {
  return (
    <table className="table tasks tuning-runs">
      <caption className="visually-hidden">Runs, newest first</caption>
      <thead>
        <tr>
          <th scope="col">Run</th>
          {columns.map(({ name, says, means }) => (
            <th key={name} scope="col" className="number" title={means}>
              {says}
            </th>
          ))}
          <th scope="col">Begun</th>
        </tr>
      </thead>
      <tbody>
        {runs.map((run, i) => {
          const before = runs.slice(i + 1).find((other) => other.figures !== undefined);
          return <Row key={run.id} run={run} before={before} />;
        })}
      </tbody>
    </table>
  );
}

function Row({ run, before }: { run: TestRun; before: TestRun | undefined }) {
  return (
    <tr>
      <td className="table-main">
        <Link className="task-link" href={runAddress(run, before)}>
          {run.name}
        </Link>
        <span className="quiet table-sub">{described(run.settings)}</span>
        {run.figures === undefined && (
          <span className="table-sub">
            <Status of={run.status} /> {count(run.answered)} of {count(run.queries)}
          </span>
        )}
        {(run.limited ?? 0) > 0 && <span className="warn table-sub">{run.notice}</span>}
      </td>
      {columns.map(({ name, says }) => (
        <td key={name} className="number" data-label={says}>
          {run.figures === undefined ? (
            '–'
          ) : (
            <>
              {shown(name, run.figures[name])}
              {before?.figures !== undefined && (
                <Difference text={difference(name, before.figures[name], run.figures[name])} />
              )}
            </>
          )}
        </td>
      ))}
      <td>
        <Time at={run.startedAt} />
      </td>
    </tr>
  );
}

/** Where a run is shown, beside another where there is one. */
export function runAddress(run: Pick<TestRun, 'id' | 'figures'>, before: Pick<TestRun, 'id'> | undefined): string {
  return address(`/tuning/runs/${run.id}`, { with: before?.id });
}

export function Difference({ text }: { text: string }) {
  if (text === '') return null;
  return <span className={`tuning-by ${text.startsWith('+') ? 'good' : 'bad'}`}> {text}</span>;
}
