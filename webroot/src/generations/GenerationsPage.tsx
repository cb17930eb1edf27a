import { useRef, useState } from 'react';
import type { Generation } from '../api/client';
import { listGenerations } from '../api/generations';
import { useLoad } from '../api/useLoad';
import { useReloadOnFeed } from '../api/useReloadOnFeed';
import { useTitle } from '../app/useTitle';
import { useFeed } from '../events/feed';
import { ModelsNav } from '../models/ModelsNav';
import { Icon } from '../ui/Icon';
import { Empty, ProblemNotice, Skeleton } from '../ui/Notice';
import { BuildForm } from './BuildForm';
import { inOrder, liveOf, nameOf, newsOf } from './generation';
import { GenerationCard } from './GenerationCard';

/** Which model the search index is made with, and the way to another one. */
export function GenerationsPage() {
  useTitle('Search index');
  const { data, problem, reload, patch } = useLoad('generations', listGenerations);
  const [building, setBuilding] = useState(false);
  const [done, setDone] = useState<string | null>(null);
  const told = useRef<HTMLParagraphElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const [seen, setSeen] = useState(data);
  if (seen !== data) {
    setSeen(data);
    const news = newsOf(seen ?? [], data ?? []);
    if (news !== null) setDone(news);
  }
  const busy = data?.some(({ state }) => state === 'building') === true;

  useFeed((frame) => {
    if (frame.type !== 'generations') return;
    const { items } = JSON.parse(frame.data) as { items: Generation[] };
    if (data === undefined) reload();
    patch(() => items);
  });
  // Documents that come and go change the figures; while one is built, its news tell them.
  useReloadOnFeed((news) => news.type === 'feed.gap' || (!busy && news.final === true), reload);

  const tell = (what: string) => {
    setDone(what);
    reload();
    requestAnimationFrame(() => told.current?.focus());
  };

  return (
    <>
      <div className="page-head">
        <h1>Search index</h1>
        {data !== undefined && data.length > 0 && !busy && (
          <button
            ref={opener}
            type="button"
            className="button button-primary"
            aria-expanded={building}
            onClick={() => setBuilding(!building)}
          >
            <Icon name="plus" /> Build another
          </button>
        )}
      </div>
      <p className="quiet page-lead">
        One model reads all passages, and the questions. To change it, another index is built beside the one that is
        searched; nobody notices before you switch, and you can go back.
      </p>
      <ModelsNav />
      <p ref={told} className={done === null ? 'visually-hidden' : 'done'} role="status" tabIndex={-1}>
        {done !== null && (
          <>
            <Icon name="check" size={16} /> {done}
          </>
        )}
      </p>
      {building && data !== undefined && !busy && (
        <BuildForm
          live={liveOf(data)}
          onBegun={(begun) => {
            setBuilding(false);
            tell(`${nameOf(begun)} is being built.`);
          }}
          onClose={() => {
            setBuilding(false);
            opener.current?.focus();
          }}
        />
      )}
      {data === undefined && problem === undefined && <Skeleton lines={6} label="Loading the search index" />}
      {problem !== undefined && <ProblemNotice problem={problem} retry={reload} />}
      {data !== undefined && <List all={data} onDone={tell} onFailed={reload} />}
    </>
  );
}

function List(props: { all: readonly Generation[]; onDone: (what: string) => void; onFailed: () => void }) {
  const { all, onDone, onFailed } = props;
  if (all.length === 0) {
    return (
      <Empty title="No index yet">
        <p>It is made when a process that brings documents in starts for the first time.</p>
      </Empty>
    );
  }
  const live = liveOf(all);
  return (
    <ul className="generations" aria-label="Generations of the index">
      {inOrder(all).map((one) => (
        <li key={one.id}>
          <GenerationCard one={one} live={live} onDone={onDone} onFailed={onFailed} />
        </li>
      ))}
    </ul>
  );
}
