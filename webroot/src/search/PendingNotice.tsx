import { listTasks } from '../api/calls';
import type { Collection } from '../api/client';
import { useLoad } from '../api/useLoad';
import { useReloadOnFeed } from '../api/useReloadOnFeed';
import { Link } from '../app/Link';
import { count, plural } from '../ui/format';
import { Notice } from '../ui/Notice';

const countedMax = 200;

/** Says that documents are still being read, and how many: what they hold is not found yet. */
export function PendingNotice({ collections }: { collections: readonly Collection[] | undefined }) {
  const pending = useLoad('pending ingests', async (signal) => {
    const ask = (status: 'queued' | 'running') => listTasks({ handler: 'ingest', status, limit: countedMax }, signal);
    const [queued, running] = await Promise.all([ask('queued'), ask('running')]);
    return queued.items.length + running.items.length;
  });
  useReloadOnFeed((news) => news.type === 'feed.gap' || news.type === 'task.status', pending.reload);
  const left = pending.data ?? 0;
  if (left === 0) return null;
  const held = collections?.reduce((sum, one) => sum + one.documents, 0) ?? 0;
  return (
    <Notice>
      Still reading {left >= countedMax ? `${count(countedMax)} or more` : plural(left, 'document')}
      {held > left && <> of {count(held)}</>}: what they hold is not found yet.{' '}
      <Link href="/tasks?handler=ingest">Watch</Link>
    </Notice>
  );
}
