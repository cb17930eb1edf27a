import { useState } from 'react';
import { deleteSource, getSource, syncSource } from '../api/calls';
import type { Source } from '../api/client';
import { useAct } from '../api/useAct';
import { useLoad } from '../api/useLoad';
import { useReloadOnFeed } from '../api/useReloadOnFeed';
import { Link } from '../app/Link';
import { navigate } from '../app/router';
import { useTitle } from '../app/useTitle';
import { FireTime } from '../schedules/FireTime';
import { Fact } from '../ui/Fact';
import { Icon } from '../ui/Icon';
import { Empty, Missing, ProblemNotice, Skeleton } from '../ui/Notice';
import { Time } from '../ui/Time';
import { DeleteSource } from './DeleteSource';
import { gone, kinds, whereOf } from './source';
import { Sync } from './Sync';

/** One source: where it lies, what becomes of its files, and how its sync goes or went. */
export function SourcePage({ id }: { id: string }) {
  const source = useLoad(`source ${id}`, (signal) => getSource(id, signal));
  const one = source.data;
  useTitle(one === undefined ? 'Source' : one.name);
  useReloadOnFeed((news) => news.type === 'task.status' || news.type === 'feed.gap', source.reload);
  const [asked, setAsked] = useState<{ task: string; before: string | undefined } | null>(null);
  if (one === undefined || source.problem?.status === 404) {
    if (source.problem === undefined) return <Skeleton lines={8} label="Loading the source" />;
    return (
      <Missing problem={source.problem} what="source" retry={source.reload}>
        <Link href="/sources">All sources</Link>
      </Missing>
    );
  }
  const known = one.runningTaskId ?? one.lastSync?.taskId;
  // The source knows of a sync once a worker has begun it.
  const task = asked !== null && known === asked.before ? asked.task : known;
  return (
    <article>
      <Head source={one} onSync={(begun) => setAsked({ task: begun, before: known })} />
      {source.problem !== undefined && <ProblemNotice problem={source.problem} retry={source.reload} />}
      {task === undefined ? (
        <Empty title="Not synced yet">
          <p>Its first sync brings every file that it names into {one.collection}.</p>
        </Empty>
      ) : (
        <Sync key={task} task={task} sync={one.lastSync?.taskId === task ? one.lastSync : undefined} />
      )}
    </article>
  );
}

function Head({ source, onSync }: { source: Source; onSync: (task: string) => void }) {
  const { act, busy, problem, asking, ask } = useAct();
  return (
    <>
      <p className="crumbs">
        <Link href="/sources">Sources</Link>
        <Icon name="chevron" size={14} />
        <span>{source.name}</span>
      </p>
      <div className="page-head">
        <h1>{source.name}</h1>
        <div className="actions">
          <button
            type="button"
            className="button button-primary"
            disabled={busy}
            onClick={() => act(syncSource(source.id), (task) => onSync(task.id))}
          >
            <Icon name="retry" /> Sync now
          </button>
          <Link className="button" href={`/sources/${source.id}/edit`}>
            <Icon name="edit" /> Edit
          </Link>
          <button type="button" className="button" disabled={busy} onClick={() => ask(true)}>
            <Icon name="trash" /> Delete
          </button>
        </div>
      </div>
      <Facts source={source} />
      {problem !== null && <ProblemNotice problem={problem} />}
      {asking && (
        <DeleteSource
          source={source}
          busy={busy}
          onConfirm={() => act(deleteSource(source.id), () => navigate('/sources'))}
          onClose={() => ask(false)}
        />
      )}
    </>
  );
}

function Facts({ source }: { source: Source }) {
  const { cron, timeZone = 'UTC', nextSyncAt } = source;
  return (
    <dl className="facts">
      <Fact name={kinds[source.kind]}>
        <span className="mono" title={source.urls?.join('\n')}>
          {whereOf(source)}
        </span>
      </Fact>
      {source.connection !== undefined && <Fact name="Connection">{source.connection}</Fact>}
      <Fact name="Collection">
        <Link href={`/collections/${encodeURIComponent(source.collection)}`}>{source.collection}</Link>
      </Fact>
      {source.include.length > 0 && (
        <Fact name="Only">
          <code>{source.include.join(' ')}</code>
        </Fact>
      )}
      {source.exclude.length > 0 && (
        <Fact name="But not">
          <code>{source.exclude.join(' ')}</code>
        </Fact>
      )}
      {source.tags.length > 0 && <Fact name="Tags">{source.tags.join(' · ')}</Fact>}
      <Fact name="Documents whose file is gone">{gone[source.onGone]}</Fact>
      <Fact name="Synced">
        {cron === undefined ? (
          'when asked'
        ) : (
          <span>
            <code>{cron}</code> {timeZone}
          </span>
        )}
      </Fact>
      {nextSyncAt !== undefined && (
        <Fact name="Next sync">
          <FireTime at={nextSyncAt} zone={timeZone} />
        </Fact>
      )}
      <Fact name="Changed">
        <Time at={source.updatedAt} />
      </Fact>
    </dl>
  );
}
