import { useState } from 'react';
import type { Figures as Values, TestComparison, TestRun } from '../api/client';
import { Link } from '../app/Link';
import { address } from '../app/router';
import { count, plural } from '../ui/format';
import { Notice } from '../ui/Notice';
import { Difference } from './RunTable';
import { difference, figures, shown, weightOf } from './settings';

/** Every figure, and where there is one, beside that of before. */
export function FigureTable({ before, after }: { before?: Values; after: Values }) {
  return (
    <table className="card tuning-figures">
      <caption className="visually-hidden">Figures</caption>
      <thead>
        <tr>
          <th scope="col">Figure</th>
          {before !== undefined && (
            <th scope="col" className="number">
              Before
            </th>
          )}
          <th scope="col" className="number">
            {before === undefined ? 'Value' : 'After'}
          </th>
        </tr>
      </thead>
      <tbody>
        {figures.map(({ name, says, means }) => (
          <tr key={name}>
            <th scope="row">
              {says} <span className="quiet table-sub">{means}</span>
            </th>
            {before !== undefined && <td className="number">{shown(name, before[name])}</td>}
            <td className="number">
              {shown(name, after[name])}
              {before !== undefined && <Difference text={difference(name, before[name], after[name])} />}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

type Found = TestComparison['queries'][number]['after']['expected'];
type Kind = TestComparison['queries'][number]['change'];

const kinds: readonly { kind: Kind; says: string }[] = [
  { kind: 'better', says: 'better' },
  { kind: 'worse', says: 'worse' },
  { kind: 'same', says: 'the same' },
];

/** Two runs: the figures of both, and query by query what became of it. */
export function Compared({ of }: { of: TestComparison }) {
  const [kind, setKind] = useState<Kind | null>(null);
  const rows = of.queries.filter(({ change }) => kind === null || change === kind);
  return (
    <>
      <p className="quiet tuning-verdict">
        Before: <Link href={`/tuning/runs/${of.beforeRun.id}`}>{of.beforeRun.name}</Link>. After: {of.afterRun.name}.
      </p>
      {of.unpaired > 0 && (
        <Notice kind="info">
          <p>
            {plural(of.unpaired, 'query', 'queries')} changed between both runs and {of.unpaired === 1 ? 'is' : 'are'} left
            out here.
          </p>
        </Notice>
      )}
      <FigureTable before={of.before} after={of.after} />
      <p className="tuning-verdict">{weightOf(of.chance)}</p>
      <div className="chips" role="group" aria-label="Which queries">
        {kinds.map(({ kind: one, says }) => (
          <button
            key={one}
            type="button"
            className="chip"
            aria-pressed={kind === one}
            onClick={() => setKind(kind === one ? null : one)}
          >
            {count(of[one])} {says}
          </button>
        ))}
      </div>
      {rows.length > 0 && (
        <ul className="card tuning-queries" aria-label="Queries compared">
          {rows.map(({ query, before, after }) => (
            <li key={query}>
              <Words query={query} collection={of.afterRun.collection} />
              <ul className="tuning-expected">
                {after.expected.map((one, i) => (
                  <li key={`${one.collection}/${one.document}`}>
                    {one.document}{' '}
                    <span className={moved(before.expected[i], one)}>
                      {rank(before.expected[i])} → {rank(one)}
                    </span>
                  </li>
                ))}
              </ul>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

/** What each query of a run found, the worst first. */
export function Results({ run }: { run: TestRun }) {
  const results = [...(run.results ?? [])].sort((a, b) => (a.figures?.ndcg10 ?? 0) - (b.figures?.ndcg10 ?? 0));
  if (results.length === 0) return null;
  return (
    <>
      <h2>Query by query, the worst first</h2>
      <ul className="card tuning-queries" aria-label="Queries">
        {results.map(({ query, expected, top }) => (
          <li key={query}>
            <Words query={query} collection={run.collection} />
            <ul className="tuning-expected">
              {expected.map((one) => (
                <li key={`${one.collection}/${one.document}`}>
                  {one.document} <span className={place(one)}>{rank(one)}</span>
                </li>
              ))}
            </ul>
            {top?.[0] !== undefined && !expected.some((one) => one.rank === 1) && (
              <p className="quiet table-sub">
                First came <Link href={`/documents/${encodeURIComponent(top[0].documentId)}`}>{top[0].document}</Link>
              </p>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

/** Whether a document came earlier, later or where it was. */
function moved(before: Found[number] | undefined, after: Found[number]): string {
  const by = (before?.rank ?? Infinity) - (after.rank ?? Infinity);
  return by > 0 ? 'good' : by < 0 ? 'bad' : 'quiet';
}

function Words({ query, collection }: { query: string; collection: string | undefined }) {
  return (
    <Link className="tuning-words" href={address('/', { q: query, in: collection })}>
      {query}
    </Link>
  );
}

function rank(one: Found[number] | undefined): string {
  return one?.rank === undefined ? 'not found' : `place ${one.rank}`;
}

function place(one: Found[number]): string {
  if (one.rank === undefined) return 'bad';
  return one.rank <= 10 ? 'good' : 'quiet';
}
