import { type ReactNode, useState } from 'react';
import { deleteDocument, getDocument, originalOf } from '../api/calls';
import { type Document, type Problem, problemOf } from '../api/client';
import { useLoad } from '../api/useLoad';
import { useReloadOnFeed } from '../api/useReloadOnFeed';
import { Link } from '../app/Link';
import { navigate } from '../app/router';
import { useTitle } from '../app/useTitle';
import { Confirm } from '../ui/Confirm';
import { bytes, plural } from '../ui/format';
import { Icon } from '../ui/Icon';
import { Missing, Notice, ProblemNotice, Skeleton } from '../ui/Notice';
import { Status } from '../ui/Status';
import { Time } from '../ui/Time';
import { Reader } from './Reader';

/** One document: what is known of it, its passages, its text, its original. */
export function DocumentPage({ id }: { id: string }) {
  const document = useLoad(`document ${id}`, (signal) => getDocument(id, signal));
  const one = document.data;
  useTitle(one?.title ?? 'Document');
  useReloadOnFeed(
    (news) => isUnderWay(one) && (news.type === 'feed.gap' || news.task === one?.taskId),
    document.reload,
  );
  if (one === undefined) {
    if (document.problem === undefined) return <Skeleton lines={8} label="Loading the document" />;
    return (
      <Missing problem={document.problem} what="document" retry={document.reload}>
        <Link href="/documents">All documents</Link>
      </Missing>
    );
  }

  return (
    <article>
      <Head document={one} />
      {one.status === 'failed' && (
        <Notice kind="error" title="This document could not be taken in">
          <p>{one.error ?? 'No reason was given.'}</p>
        </Notice>
      )}
      {isUnderWay(one) && (
        <Notice>
          {one.searchableVersion === 0
            ? 'This document is still being read.'
            : 'A new version is being read; until then the one before is found and shown.'}
        </Notice>
      )}
      {(one.status !== 'failed' || one.searchableVersion > 0) && (
        <Reader key={one.searchableVersion} document={one} />
      )}
    </article>
  );
}

function isUnderWay(one: Document | undefined): boolean {
  return one?.status === 'pending' || one?.status === 'processing';
}

function Head({ document: one }: { document: Document }) {
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const collection = `/collections/${encodeURIComponent(one.collection)}`;
  const remove = () => {
    setBusy(true);
    deleteDocument(one.id).then(
      () => navigate(collection),
      (thrown: unknown) => {
        setBusy(false);
        setAsking(false);
        setProblem(problemOf(thrown));
      },
    );
  };
  const titled = one.title !== one.name;
  return (
    <>
      <p className="crumbs">
        <Link href="/documents">Documents</Link>
        <Icon name="chevron" size={14} />
        <Link href={collection}>{one.collection}</Link>
      </p>
      <div className="page-head">
        <h1>{titled ? one.title : one.name}</h1>
        <div className="actions">
          <a className="button" href={originalOf(one.id)} download>
            <Icon name="download" /> Original
          </a>
          <button type="button" className="button" onClick={() => setAsking(true)}>
            <Icon name="trash" /> Delete
          </button>
        </div>
      </div>
      <dl className="facts">
        <Fact name="State">
          <Status of={one.status} />
        </Fact>
        {titled && <Fact name="File">{one.name}</Fact>}
        {one.source !== undefined && /^https?:\/\//.test(one.source) && (
          <Fact name="Source">
            <a href={one.source} target="_blank" rel="noopener noreferrer">
              {one.source}
            </a>
          </Fact>
        )}
        <Fact name="Kind">{one.mediaType}</Fact>
        <Fact name="Size">{bytes(one.bytes)}</Fact>
        <Fact name="Holds">{plural(one.passages, 'passage')}</Fact>
        <Fact name="Added">
          <Time at={one.createdAt} />
        </Fact>
        {one.taskId !== undefined && (
          <Fact name="Read by">
            <Link href={`/tasks/${one.taskId}`}>its task</Link>
          </Fact>
        )}
      </dl>
      {problem !== null && <ProblemNotice problem={problem} />}
      {asking && (
        <Confirm
          title="Delete this document?"
          action="Delete it"
          busy={busy}
          onConfirm={remove}
          onClose={() => setAsking(false)}
        >
          <p>
            <b>{one.name}</b> and all its passages leave {one.collection}. Search no longer finds them.
          </p>
        </Confirm>
      )}
    </>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
