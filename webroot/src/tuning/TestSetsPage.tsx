import { type SubmitEvent, useState } from 'react';
import { listCollections } from '../api/calls';
import type { NewTestQuery, TestSet } from '../api/client';
import { createTestSet, listTestSets } from '../api/tuning';
import { useAct } from '../api/useAct';
import { useLoad } from '../api/useLoad';
import { Link } from '../app/Link';
import { navigate } from '../app/router';
import { useTitle } from '../app/useTitle';
import { Field } from '../form/Field';
import { plural } from '../ui/format';
import { Icon } from '../ui/Icon';
import { Empty, ProblemNotice, Skeleton } from '../ui/Notice';
import { Time } from '../ui/Time';
import { ImportFile } from './ImportFile';

/** Test sets: questions with the documents they should find. */
export function TestSetsPage() {
  useTitle('Tuning');
  const [making, setMaking] = useState(false);
  return (
    <>
      <div className="page-head">
        <h1>Tuning</h1>
        {!making && (
          <button type="button" className="button button-primary" onClick={() => setMaking(true)}>
            <Icon name="plus" /> New test set
          </button>
        )}
      </div>
      <p className="quiet page-lead">
        Questions with the documents they should find: they measure how well your search is set, before and after you
        change it.
      </p>
      {making && <NewTestSet onClose={() => setMaking(false)} />}
      <List />
    </>
  );
}

function List() {
  const sets = useLoad('test sets', listTestSets);
  if (sets.data === undefined) {
    if (sets.problem === undefined) return <Skeleton lines={5} label="Loading test sets" />;
    return <ProblemNotice problem={sets.problem} retry={sets.reload} />;
  }
  if (sets.data.length === 0) {
    return (
      <Empty title="No test sets">
        <p>
          <Link href="/">Search</Link> for something that people ask, and press <b>Expect this</b> at the document that
          answers it. Ten or twenty such questions already tell whether a change of settings helps.
        </p>
        <p className="quiet">Or make a test set here, by hand or from a file.</p>
      </Empty>
    );
  }
  return (
    <table className="table tasks">
      <caption className="visually-hidden">Test sets, by name</caption>
      <thead>
        <tr>
          <th scope="col">Test set</th>
          <th scope="col">Queries</th>
          <th scope="col">Changed</th>
        </tr>
      </thead>
      <tbody>
        {sets.data.map((set) => (
          <tr key={set.id}>
            <td className="table-main">
              <Link href={`/tuning/${set.id}`} className="task-link">
                {set.name}
              </Link>
              <span className="quiet table-sub">{whereOf(set)}</span>
            </td>
            <td>
              {plural(set.queryCount, 'query', 'queries')}
              {set.missing > 0 && <span className="warn table-sub">{plural(set.missing, 'document')} missing</span>}
            </td>
            <td>
              <Time at={set.updatedAt} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function whereOf(set: Pick<TestSet, 'collection'>): string {
  return set.collection === undefined ? 'asked in all collections' : `asked in ${set.collection}`;
}

function NewTestSet({ onClose }: { onClose: () => void }) {
  const collections = useLoad('collections', listCollections);
  const { act, busy, problem } = useAct();
  const [name, setName] = useState('');
  const [collection, setCollection] = useState('');
  const [queries, setQueries] = useState<NewTestQuery[]>([]);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    act(
      createTestSet({ name: name.trim(), queries, ...(collection === '' ? {} : { collection }) }),
      (made) => navigate(`/tuning/${made.id}`),
    );
  };
  return (
    <form className="card task-form" onSubmit={submit} aria-label="New test set">
      <Field label="Name">
        {(id) => (
          <input id={id} required maxLength={80} value={name} autoFocus onChange={(e) => setName(e.target.value)} />
        )}
      </Field>
      <Field label="Collection" help="Its queries are asked there, and settings that follow from them are tried for it.">
        {(id, described) => (
          <select id={id} aria-describedby={described} value={collection} onChange={(e) => setCollection(e.target.value)}>
            <option value="">All collections</option>
            {collections.data?.map((one) => (
              <option key={one.name} value={one.name}>
                {one.name}
              </option>
            ))}
          </select>
        )}
      </Field>
      <ImportFile onRead={setQueries} />
      {problem !== null && <ProblemNotice problem={problem} />}
      <div className="actions">
        <button type="submit" className="button button-primary" disabled={busy || name.trim() === ''}>
          {queries.length > 0 ? `Create with ${plural(queries.length, 'query', 'queries')}` : 'Create'}
        </button>
        <button type="button" className="button" onClick={onClose}>
          Cancel
        </button>
      </div>
    </form>
  );
}
