import { useState } from 'react';
import { getDocument } from '../api/calls';
import type { Document } from '../api/client';
import { useLoad } from '../api/useLoad';
import { useReloadOnFeed } from '../api/useReloadOnFeed';
import { Link } from '../app/Link';
import { useTitle } from '../app/useTitle';
import { Missing, Notice, Skeleton } from '../ui/Notice';
import { DocumentHead } from './DocumentHead';
import { Reader } from './Reader';

/** One document: what is known of it, its passages, its text, its original. */
export function DocumentPage({ id }: { id: string }) {
  const document = useLoad(`document ${id}`, (signal) => getDocument(id, signal));
  const one = document.data;
  const [again, setAgain] = useState<string | null>(null);
  useTitle(one?.title ?? 'Document');
  useReloadOnFeed(
    (news) =>
      news.type === 'feed.gap' || (isUnderWay(one) && news.task === one?.taskId) || (again !== null && news.task === again),
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
      <DocumentHead document={one} changed={document.reload} reads={setAgain} />
      {one.status === 'failed' && (
        <Notice kind="error" title="This document could not be taken in">
          <p>{one.error ?? 'No reason was given.'}</p>
        </Notice>
      )}
      {one.notice !== undefined && <Notice>{one.notice}</Notice>}
      {!one.enabled && (
        <Notice>This document is hidden: it is kept, but search does not find it.</Notice>
      )}
      {isUnderWay(one) && (
        <Notice>
          {one.searchableVersion === 0
            ? 'This document is still being read.'
            : 'A new version is being read; until then the one before is found and shown.'}
        </Notice>
      )}
      {(one.status !== 'failed' || one.searchableVersion > 0) && (
        <Reader key={`${one.searchableVersion} ${one.passages} ${one.characters}`} document={one} />
      )}
    </article>
  );
}

function isUnderWay(one: Document | undefined): boolean {
  return one?.status === 'pending' || one?.status === 'processing';
}
