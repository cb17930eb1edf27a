import { useState } from 'react';
import type { NewTestQuery, TestSet } from '../api/client';
import { addTestQueries, deleteTestSet, getTestSet, listTestRuns } from '../api/tuning';
import { useAct } from '../api/useAct';
import { useLoad } from '../api/useLoad';
import { useReloadOnFeed } from '../api/useReloadOnFeed';
import { Link } from '../app/Link';
import { navigate } from '../app/router';
import { useTitle } from '../app/useTitle';
import { Confirm } from '../ui/Confirm';
import { plural } from '../ui/format';
import { Icon } from '../ui/Icon';
import { Empty, Missing, Notice, ProblemNotice, Skeleton } from '../ui/Notice';
import { ImportFile } from './ImportFile';
import { Measure } from './Measure';
import { QueryForm } from './QueryForm';
import { QueryRow } from './QueryRow';
import { Rename } from './Rename';
import { RunTable } from './RunTable';
import { SettingsInForce } from './SettingsInForce';
import { toCsv } from './table';

/** One test set: its runs, the settings in force, and its queries. */
export function TestSetPage({ id }: { id: string }) {
  const loaded = useLoad(`test set ${id}`, (signal) => getTestSet(id, signal));
  const runs = useLoad(`test runs ${id}`, (signal) => listTestRuns(id, signal));
  const set = loaded.data;
  useTitle(set === undefined ? 'Test set' : set.name);
  useReloadOnFeed((news) => news.final === true || news.type === 'feed.gap', runs.reload);
  if (set === undefined || loaded.problem?.status === 404) {
    if (loaded.problem === undefined) return <Skeleton lines={8} label="Loading the test set" />;
    return (
      <Missing problem={loaded.problem} what="test set" retry={loaded.reload}>
        <Link href="/tuning">All test sets</Link>
      </Missing>
    );
  }
  const measurable = (set.queries ?? []).some(({ expected }) => expected.length > 0);
  return (
    <article>
      <Head set={set} reload={loaded.reload} />
      {loaded.problem !== undefined && <ProblemNotice problem={loaded.problem} retry={loaded.reload} />}
      {set.missing > 0 && (
        <Notice kind="warning" title={`${plural(set.missing, 'expected document')} missing`}>
          <p>They were deleted, or are not here yet. Until they are, they count as not found.</p>
        </Notice>
      )}
      <section aria-label="Runs" className="tuning-part">
        <h2>Runs</h2>
        <SettingsInForce collection={set.collection} />
        {measurable && <Measure set={set} />}
        {runs.problem !== undefined && <ProblemNotice problem={runs.problem} retry={runs.reload} />}
        {runs.data !== undefined && runs.data.length > 0 && <RunTable runs={runs.data} />}
      </section>
      <Queries set={set} reload={loaded.reload} />
    </article>
  );
}

function Head({ set, reload }: { set: TestSet; reload: () => void }) {
  const { act, busy, problem, asking, ask } = useAct();
  return (
    <>
      <p className="crumbs">
        <Link href="/tuning">Tuning</Link>
        <Icon name="chevron" size={14} />
        <span>{set.name}</span>
      </p>
      <div className="page-head">
        <h1>{set.name}</h1>
        <div className="actions">
          <button type="button" className="button" onClick={() => save(`${set.name}.csv`, toCsv(set))}>
            <Icon name="download" /> CSV
          </button>
          <button
            type="button"
            className="button"
            onClick={() => save(`${set.name}.json`, JSON.stringify(set, null, 2))}
          >
            <Icon name="download" /> JSON
          </button>
          <Rename set={set} onRenamed={reload} />
          <button type="button" className="button" disabled={busy} onClick={() => ask(true)}>
            <Icon name="trash" /> Delete
          </button>
        </div>
      </div>
      {problem !== null && <ProblemNotice problem={problem} />}
      {asking && (
        <Confirm
          title="Delete this test set?"
          action="Delete it"
          busy={busy}
          onConfirm={() => act(deleteTestSet(set.id), () => navigate('/tuning'))}
          onClose={() => ask(false)}
        >
          <p>
            <b>{set.name}</b> goes with its {plural(set.queryCount, 'query', 'queries')} and all its runs. Documents and
            settings stay.
          </p>
        </Confirm>
      )}
    </>
  );
}

/** Lets the browser keep `text` as a file. */
function save(name: string, text: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text]));
  link.download = name.replaceAll(/[/\\:*?"<>|]/g, '-');
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

function Queries({ set, reload }: { set: TestSet; reload: () => void }) {
  const [adding, setAdding] = useState<'one' | 'file' | null>(null);
  const { act, busy, problem } = useAct();
  const queries = set.queries ?? [];
  const add = (all: NewTestQuery[]) =>
    act(addTestQueries(set.id, all), () => {
      setAdding(null);
      reload();
    });
  return (
    <section aria-label="Queries" className="tuning-part">
      <div className="tuning-head">
        <h2>{plural(queries.length, 'query', 'queries')}</h2>
        <div className="actions">
          <button type="button" className="button button-small" onClick={() => setAdding('one')}>
            <Icon name="plus" size={15} /> Add a query
          </button>
          <button type="button" className="button button-small" onClick={() => setAdding('file')}>
            <Icon name="upload" size={15} /> Import
          </button>
        </div>
      </div>
      {problem !== null && <ProblemNotice problem={problem} />}
      {adding === 'one' && (
        <QueryForm set={set} busy={busy} action="Add it" onSave={(query) => add([query])} onClose={() => setAdding(null)} />
      )}
      {adding === 'file' && (
        <FromFile busy={busy} onSave={add} onClose={() => setAdding(null)} />
      )}
      {queries.length === 0 && adding === null && (
        <Empty title="No queries yet">
          <p>
            <Link href="/">Search</Link> as people do and press <b>Expect this</b> at the right document, or add queries
            here.
          </p>
        </Empty>
      )}
      {queries.length > 0 && (
        <ul className="card tuning-queries">
          {queries.map((query) => (
            <QueryRow key={query.id} set={set} query={query} onChanged={reload} />
          ))}
        </ul>
      )}
    </section>
  );
}

function FromFile(props: { busy: boolean; onSave: (queries: NewTestQuery[]) => void; onClose: () => void }) {
  const [queries, setQueries] = useState<NewTestQuery[]>([]);
  return (
    <div className="card task-form" role="group" aria-label="Import">
      <ImportFile onRead={setQueries} />
      <div className="actions">
        <button
          type="button"
          className="button button-primary"
          disabled={props.busy || queries.length === 0}
          onClick={() => props.onSave(queries)}
        >
          Import {queries.length > 0 && plural(queries.length, 'query', 'queries')}
        </button>
        <button type="button" className="button" onClick={props.onClose}>
          Cancel
        </button>
      </div>
    </div>
  );
}
