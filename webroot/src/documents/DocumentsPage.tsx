import { useCallback, useState } from 'react';
import { listCollections, listDocuments, retryFailedDocuments } from '../api/calls';
import type { Document } from '../api/client';
import { type Loaded, useLoad } from '../api/useLoad';
import { useReloadOnFeed } from '../api/useReloadOnFeed';
import { Link } from '../app/Link';
import { navigate } from '../app/router';
import { useTitle } from '../app/useTitle';
import { bytes, count, plural } from '../ui/format';
import { Icon } from '../ui/Icon';
import { Empty, ProblemNotice, Skeleton } from '../ui/Notice';
import { Status } from '../ui/Status';
import { Time } from '../ui/Time';
import { problemOf, type Problem } from '../api/client';
import { DropZone } from './DropZone';
import { followedOf, Stage } from './Stage';

const collectionDefault = 'documents';

/** Collections, what they hold, and the way in. */
export function DocumentsPage({ collection }: { collection?: string }) {
  useTitle(collection ?? 'Documents');
  const collections = useLoad('collections', listCollections);
  const known = collections.data ?? [];
  const shown = collection ?? known[0]?.name;
  const exists = known.some((one) => one.name === shown);
  const documents = useLoad(exists && shown !== undefined ? shown : null, (signal) =>
    listDocuments(shown ?? '', undefined, signal),
  );
  useReloadOnFeed((news) => news.type === 'task.status' || news.type === 'feed.gap', () => {
    collections.reload();
    documents.reload();
  });
  const open = (name: string) => {
    if (name !== shown || !exists) navigate(`/collections/${name}`);
    collections.reload();
  };

  return (
    <>
      <div className="page-head">
        <h1>Documents</h1>
      </div>
      <DropZone
        key={`into ${collection ?? ''}`}
        collections={known}
        collection={collection ?? collectionDefault}
        onTaken={open}
      />
      {collections.problem !== undefined && (
        <ProblemNotice problem={collections.problem} retry={collections.reload} />
      )}
      {collections.data === undefined && collections.problem === undefined && <Skeleton lines={4} />}
      {known.length > 0 && (
        <nav className="chips" aria-label="Collections">
          {known.map((one) => (
            <Link
              key={one.name}
              className="chip"
              href={`/collections/${encodeURIComponent(one.name)}`}
              aria-current={one.name === shown ? 'page' : undefined}
            >
              {one.name} <span className="quiet">{count(one.documents)}</span>
            </Link>
          ))}
        </nav>
      )}
      {collections.data !== undefined && known.length === 0 && (
        <Empty title="No documents yet">
          <p>What you drop above can be found as soon as it is read.</p>
        </Empty>
      )}
      {collections.data !== undefined && known.length > 0 && !exists && (
        <Empty title={`There is no collection “${shown ?? ''}” yet`}>
          <p>It is made when its first document arrives.</p>
        </Empty>
      )}
      {exists && shown !== undefined && (
        <RetryFailed key={`failed ${shown}`} name={shown} failed={known.find((one) => one.name === shown)?.failed ?? 0} />
      )}
      {exists && shown !== undefined && <Documents key={shown} name={shown} first={documents} />}
    </>
  );
}

/** Reads all that failed once more, as one job whose page tells what becomes of each. */
function RetryFailed({ name, failed }: { name: string; failed: number }) {
  const [state, setState] = useState<{ busy: boolean; problem?: Problem; job?: string }>({ busy: false });
  if (failed === 0 && state.job === undefined) return null;
  const retry = () => {
    setState({ busy: true });
    retryFailedDocuments(name).then(
      ({ taskId }) => setState(taskId === undefined ? { busy: false } : { busy: false, job: taskId }),
      (thrown: unknown) => setState({ busy: false, problem: problemOf(thrown) }),
    );
  };
  return (
    <div className="retry-failed">
      {failed > 0 && (
        <>
          <span className="bad">{plural(failed, 'document')} could not be read.</span>
          <button type="button" className="button button-small" disabled={state.busy} onClick={retry}>
            <Icon name="retry" size={14} /> Try {failed === 1 ? 'it' : 'them'} again
          </button>
        </>
      )}
      {state.job !== undefined && <Link href={`/tasks/${state.job}`}>How it goes</Link>}
      {state.problem !== undefined && <ProblemNotice problem={state.problem} />}
    </div>
  );
}

function Documents({ name, first }: { name: string; first: Loaded<{ items: Document[]; next?: string }> }) {
  const [more, setMore] = useState<{ items: Document[]; next: string | undefined } | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const cursor = more === null ? first.data?.next : more.next;
  const loadMore = useCallback(() => {
    listDocuments(name, cursor).then(
      (page) => {
        setProblem(null);
        setMore((before) => ({ items: [...(before?.items ?? []), ...page.items], next: page.next }));
      },
      (thrown: unknown) => setProblem(problemOf(thrown)),
    );
  }, [name, cursor]);

  if (first.data === undefined) {
    return first.problem === undefined ? (
      <Skeleton lines={5} label="Loading documents" />
    ) : (
      <ProblemNotice problem={first.problem} retry={first.reload} />
    );
  }
  const seen = new Set<string>();
  const items = [...first.data.items, ...(more?.items ?? [])].filter(({ id }) => !seen.has(id) && seen.add(id));
  if (items.length === 0) {
    return (
      <Empty title="This collection is empty">
        <p>Drop files above.</p>
      </Empty>
    );
  }
  const followed = followedOf(items);
  return (
    <>
      <table className="table">
        <caption className="visually-hidden">Documents of {name}</caption>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">State</th>
            <th scope="col" className="number">
              Passages
            </th>
            <th scope="col" className="number">
              Size
            </th>
            <th scope="col">Changed</th>
          </tr>
        </thead>
        <tbody>
          {items.map((one) => (
            <Row key={one.id} document={one} followed={followed.has(one.id)} />
          ))}
        </tbody>
      </table>
      {problem !== null && <ProblemNotice problem={problem} retry={loadMore} />}
      {cursor !== undefined && (
        <button type="button" className="button" onClick={loadMore}>
          More documents
        </button>
      )}
    </>
  );
}

function Row({ document: one, followed }: { document: Document; followed: boolean }) {
  const titled = one.title !== one.name;
  return (
    <tr>
      <td className="table-main">
        <Link className="document-title" title={one.title} href={`/documents/${encodeURIComponent(one.id)}`}>
          {one.title}
        </Link>
        {titled && <span className="quiet table-sub">{one.name}</span>}
        {one.source !== undefined && <span className="quiet table-sub">from {one.source}</span>}
        {!one.enabled && <span className="quiet table-sub">hidden from search</span>}
        {one.tags.length > 0 && <span className="quiet table-sub">{one.tags.join(' · ')}</span>}
        {one.error !== undefined && <span className="bad table-sub">{one.error}</span>}
      </td>
      <td>
        <Status of={one.status} />
        {followed && one.taskId !== undefined && <Stage key={one.taskId} task={one.taskId} />}
      </td>
      <td className="number">
        {count(one.passages)}
        <span className="unit">{one.passages === 1 ? ' passage' : ' passages'}</span>
      </td>
      <td className="number">{bytes(one.bytes)}</td>
      <td>
        <Time at={one.updatedAt} />
      </td>
    </tr>
  );
}
