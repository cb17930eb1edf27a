import { useEffect, useState } from 'react';
import type { TaskEvent } from '../api/client';
import { Link } from '../app/Link';
import { EventConnection } from '../events/connection';
import { useVisible } from '../events/useVisible';
import { bytes, plural } from '../ui/format';
import { Icon } from '../ui/Icon';
import { settled, type TrayItem, type TrayState } from './tray';
import { tray, useTray } from './uploads';

const shownMax = 200;

const said: Record<TrayState, string> = {
  waiting: 'waiting',
  sending: 'sending',
  queued: 'queued',
  running: 'being read',
  ready: 'searchable',
  failed: 'failed',
  cancelled: 'cancelled',
  lost: 'not sent: the page was loaded anew; choose the file again',
};

/** Files on their way, shown on every page until they are dismissed. */
export function TrayPanel() {
  const items = useTray();
  const [chosen, setChosen] = useState<boolean | null>(null);
  useProgressOfRunning(items);
  if (items.length === 0) return null;
  const done = items.filter((item) => settled(item.state)).length;
  const failed = items.filter((item) => item.state === 'failed' || item.state === 'lost').length;
  const ready = items.filter((item) => item.state === 'ready').length;
  const busy = done < items.length;
  // When all went well the list steps aside; the reader's own choice counts more.
  const open = chosen ?? (busy || failed > 0);
  return (
    <aside className={open ? 'tray' : 'tray tray-closed'} aria-label="Uploads">
      <div className="tray-head">
        <button type="button" className="tray-toggle" aria-expanded={open} onClick={() => setChosen(!open)}>
          <Icon name={open ? 'down' : 'chevron'} size={16} />
          <span role="status">
            {ready} of {plural(items.length, 'file')} searchable
            {failed > 0 && <span className="bad"> · {failed} failed</span>}
          </span>
        </button>
        {tray().retryable && (
          <button type="button" className="button button-small" onClick={() => tray().retryFailed()}>
            Retry failed
          </button>
        )}
        {busy ? (
          <button type="button" className="button button-small" onClick={() => tray().cancelAll()}>
            Cancel all
          </button>
        ) : (
          <button type="button" className="button-bare" aria-label="Clear the list" onClick={() => tray().clear()}>
            <Icon name="close" size={16} />
          </button>
        )}
      </div>
      <progress className={failed > 0 ? 'bar bar-bad' : 'bar'} max={items.length} value={done} aria-label="Files done" />
      {open && (
        <ul className="tray-list">
          {inOrder(items)
            .slice(0, shownMax)
            .map((item) => (
              <Row key={item.key} item={item} />
            ))}
          {items.length > shownMax && <li className="quiet">and {plural(items.length - shownMax, 'more file')}</li>}
        </ul>
      )}
    </aside>
  );
}

const rank: Record<TrayState, number> = {
  failed: 0,
  lost: 0,
  running: 1,
  sending: 1,
  queued: 2,
  waiting: 3,
  cancelled: 4,
  ready: 5,
};

/** What needs a person first, what is done last. */
function inOrder(items: readonly TrayItem[]): TrayItem[] {
  return [...items].sort((a, b) => rank[a.state] - rank[b.state]);
}

function Row({ item }: { item: TrayItem }) {
  const { state, part, reason } = item;
  const percent = part === undefined || settled(state) ? '' : ` ${Math.round(part * 100)} %`;
  return (
    <li className={`tray-row tray-${state}`}>
      <span className="dot" aria-hidden="true" />
      <span className="tray-name" title={item.name}>
        {item.documentId !== undefined && state === 'ready' ? (
          <Link href={`/documents/${encodeURIComponent(item.documentId)}`}>{item.name}</Link>
        ) : (
          item.name
        )}
      </span>
      <span className="tray-state">
        {item.taskId !== undefined && state !== 'ready' ? (
          <Link href={`/tasks/${item.taskId}`}>{said[state]}</Link>
        ) : (
          said[state]
        )}
        {percent}
        {state === 'waiting' && ` · ${bytes(item.bytes)}`}
      </span>
      {reason !== undefined && <span className="tray-reason">{reason}</span>}
    </li>
  );
}

/** The feed tells changes of status only; of one running file the progress is followed too. */
function useProgressOfRunning(items: readonly TrayItem[]): void {
  const visible = useVisible();
  const followed = items.find((item) => item.state === 'running')?.taskId;
  useEffect(() => {
    if (followed === undefined || !visible) return;
    const connection = new EventConnection({
      url: `/api/v1/tasks/${followed}/events`,
      isLast: (frame) => (JSON.parse(frame.data) as TaskEvent).final === true,
      onFrame: (frame) => tray().onTaskEvent(JSON.parse(frame.data) as TaskEvent),
      onState: () => undefined,
    });
    return () => connection.close();
  }, [followed, visible]);
}
