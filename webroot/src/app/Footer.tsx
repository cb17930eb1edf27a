import { getSystem } from '../api/calls';
import { useLoad } from '../api/useLoad';
import { useReloadOnFeed } from '../api/useReloadOnFeed';
import { useFeedState } from '../events/feed';
import type { ConnectionState } from '../events/connection';

const said: Record<ConnectionState, string> = {
  connecting: 'connecting…',
  live: 'live',
  waiting: 'reconnecting…',
  over: 'not live',
  refused: 'not live',
};

/** What runs here, and whether the pages are live. */
export function Footer() {
  const state = useFeedState();
  const system = useLoad('system', getSystem);
  useReloadOnFeed((news) => news.type === 'feed.gap', system.reload);
  const notices = system.data?.notices ?? [];
  return (
    <footer className="footer">
      <div className="footer-inner">
        <span className={`live live-${state}`} role="status">
          {said[state]}
        </span>
        {system.data !== undefined && (
          <span>
            {system.data.name} {system.data.version}
            <span className="quiet"> · {system.data.roles.join(', ')}</span>
          </span>
        )}
        {notices.length > 0 && (
          <details className="footer-notices">
            <summary>{notices.length === 1 ? 'One thing to know' : `${notices.length} things to know`}</summary>
            <ul>
              {notices.map((notice) => (
                <li key={notice.source + notice.message}>
                  <b>{notice.source}</b>: {notice.message}
                </li>
              ))}
            </ul>
          </details>
        )}
      </div>
    </footer>
  );
}
