import { listTasks } from '../api/calls';
import type { TaskStatus } from '../api/client';
import { useHandlers } from '../api/useHandlers';
import { useLoad } from '../api/useLoad';
import { useReloadOnFeed } from '../api/useReloadOnFeed';
import { Link } from '../app/Link';
import { count } from '../ui/format';

/** Beyond this it is simply many. */
const countedMax = 100;
const dayMs = 24 * 60 * 60 * 1000;

interface Figures {
  readonly queued: number;
  readonly running: number;
  readonly waiting: number;
  readonly failed: number;
}

async function figures(signal: AbortSignal): Promise<Figures> {
  const from = new Date(Date.now() - dayMs).toISOString();
  const ask = async (status: TaskStatus, since?: string) => {
    const page = await listTasks({ status, limit: countedMax, ...(since === undefined ? {} : { from: since }) }, signal);
    return page.items.length;
  };
  const [queued, running, waiting, failed, dead] = await Promise.all([
    ask('queued'),
    ask('running'),
    ask('waiting'),
    ask('failed', from),
    ask('dead', from),
  ]);
  return { queued, running, waiting, failed: failed + dead };
}

/** How things stand, at a glance. */
export function Tiles() {
  const now = useLoad('figures', figures);
  const handlers = useHandlers();
  useReloadOnFeed((news) => news.type === 'task.status' || news.type === 'feed.gap', now.reload);
  const served = handlers.data?.filter((one) => one.liveWorkers > 0).length ?? 0;
  return (
    <ul className="figures" aria-label="How things stand">
      <Figure name="Queued" value={now.data?.queued} href="/tasks?status=queued" />
      <Figure name="Running" value={now.data?.running} href="/tasks?status=running" />
      <Figure name="Waiting for their tasks" value={now.data?.waiting} href="/tasks?status=waiting" />
      <Figure name="Failed in 24 h" value={now.data?.failed} href="/tasks?status=failed" bad />
      <li>
        <Link className="card figure" href="/tasks/new">
          <b>{handlers.data === undefined ? '–' : `${served} of ${handlers.data.length}`}</b>
          <span>Handlers with workers</span>
        </Link>
      </li>
    </ul>
  );
}

function Figure(props: { name: string; value: number | undefined; href: string; bad?: boolean }) {
  const { name, value, href, bad } = props;
  return (
    <li>
      <Link className={bad && value ? 'card figure figure-bad' : 'card figure'} href={href}>
        <b>{value === undefined ? '–' : value >= countedMax ? `${count(countedMax)}+` : count(value)}</b>
        <span>{name}</span>
      </Link>
    </li>
  );
}
