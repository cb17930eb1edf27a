import { useRef, useState } from 'react';
import { deleteSource, listSources, syncSource } from '../api/calls';
import { type Problem, problemOf, type Source } from '../api/client';
import { useLoad } from '../api/useLoad';
import { useReloadOnFeed } from '../api/useReloadOnFeed';
import { Link } from '../app/Link';
import { useTitle } from '../app/useTitle';
import { Icon } from '../ui/Icon';
import { Empty, ProblemNotice, Skeleton } from '../ui/Notice';
import { DeleteSource } from './DeleteSource';
import { SourceTable } from './SourceTable';

/** Places that documents come from by themselves. */
export function SourcesPage() {
  useTitle('Sources');
  return (
    <>
      <div className="page-head">
        <h1>Sources</h1>
        <Link className="button button-primary" href="/sources/new">
          <Icon name="plus" /> New source
        </Link>
      </div>
      <p className="quiet page-lead">Places that documents come from by themselves, again and again.</p>
      <List />
    </>
  );
}

/** What the person has just done, to be read out and to be followed. */
interface Done {
  readonly text: string;
  readonly source?: string;
}

function List() {
  const sources = useLoad('sources', listSources);
  const [busy, setBusy] = useState<ReadonlySet<string>>(new Set());
  const [problem, setProblem] = useState<Problem | null>(null);
  const [done, setDone] = useState<Done | null>(null);
  const [deleting, setDeleting] = useState<Source | null>(null);
  const told = useRef<HTMLParagraphElement>(null);
  const { reload } = sources;
  useReloadOnFeed((news) => news.type === 'task.status' || news.type === 'feed.gap', reload);

  const act = (source: Source, action: () => Promise<Done>) => {
    setBusy((before) => new Set(before).add(source.id));
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
        reload();
        setBusy((before) => new Set([...before].filter((id) => id !== source.id)));
      });
  };

  if (sources.data === undefined) {
    if (sources.problem === undefined) return <Skeleton lines={6} label="Loading sources" />;
    return <ProblemNotice problem={sources.problem} retry={reload} />;
  }
  return (
    <>
      <p ref={told} className={done === null ? 'visually-hidden' : 'done'} role="status" tabIndex={-1}>
        {done !== null && (
          <>
            <Icon name="check" size={16} /> {done.text}{' '}
            {done.source !== undefined && <Link href={`/sources/${done.source}`}>Follow it</Link>}
          </>
        )}
      </p>
      {sources.problem !== undefined && <ProblemNotice problem={sources.problem} retry={reload} />}
      {problem !== null && <ProblemNotice problem={problem} />}
      {sources.data.length > 0 ? (
        <SourceTable
          sources={sources.data}
          busy={busy}
          onSync={(one) =>
            act(one, () => syncSource(one.id).then(() => ({ text: `${one.name} is being synced.`, source: one.id })))
          }
          onDelete={setDeleting}
        />
      ) : (
        <Empty title="No sources">
          <p>
            A source is a directory of the server, a list of web pages or an S3 bucket. Its sync brings what is new or
            changed there into a collection, and treats what is gone as you say.
          </p>
          <p className="quiet">
            Files of your own machine are dropped on <Link href="/documents">Documents</Link>.
          </p>
        </Empty>
      )}
      {deleting !== null && (
        <DeleteSource
          source={deleting}
          busy={busy.has(deleting.id)}
          onConfirm={() =>
            act(deleting, () => deleteSource(deleting.id).then(() => ({ text: `${deleting.name} is deleted.` })))
          }
          onClose={() => setDeleting(null)}
        />
      )}
    </>
  );
}
