import { deleteDeadLetter, getDeadLetter, retryDeadLetter } from '../api/calls';
import type { DeadLetter } from '../api/client';
import { useAct } from '../api/useAct';
import { useLoad } from '../api/useLoad';
import { useReloadOnFeed } from '../api/useReloadOnFeed';
import { Link } from '../app/Link';
import { address, navigate } from '../app/router';
import { useTitle } from '../app/useTitle';
import { Copy } from '../ui/Copy';
import { Fact } from '../ui/Fact';
import { Icon } from '../ui/Icon';
import { Json } from '../ui/Json';
import { Empty, Notice, ProblemNotice, Skeleton } from '../ui/Notice';
import { Time } from '../ui/Time';
import { Runs } from './DeadLetterTable';
import { DeleteDeadLetter } from './DeleteDeadLetter';
import { tellDeleted } from './letters';

/** One dead letter: what went in, what it died of, and what to do about it. */
export function DeadLetterPage({ id }: { id: string }) {
  const letter = useLoad(`dead letter ${id}`, (signal) => getDeadLetter(id, signal));
  const one = letter.data;
  useTitle(one === undefined ? 'Dead letter' : `${one.handler} dead letter`);
  useReloadOnFeed((news) => news.type === 'task.status' && news.task === id, letter.reload);
  // A letter that was here and is gone was retried or deleted elsewhere.
  if (letter.problem?.status === 404) {
    return (
      <Empty title="This is no dead letter">
        <p>It was retried, deleted or too old, or it never was one.</p>
        <div className="actions actions-center">
          <Link className="button" href={`/tasks/${encodeURIComponent(id)}`}>
            Its task
          </Link>
          <Link className="button" href="/dead-letters">
            All dead letters
          </Link>
        </div>
      </Empty>
    );
  }
  if (one === undefined) {
    if (letter.problem === undefined) return <Skeleton lines={8} label="Loading the dead letter" />;
    return <ProblemNotice problem={letter.problem} retry={letter.reload} />;
  }
  return (
    <article>
      <Head letter={one} />
      <Notice kind="error" title={one.error.message}>
        <p>
          <code>{one.error.type}</code>
          {one.error.type === 'worker_lost'
            ? ' · its worker died while it ran, more often than is borne'
            : ' · its attempts are used up'}
        </p>
      </Notice>
      <section>
        <h2>Input</h2>
        <Json value={one.input} label="input" />
      </section>
    </article>
  );
}

function Head({ letter }: { letter: DeadLetter }) {
  const { act, busy, problem, asking, ask } = useAct();
  return (
    <>
      <p className="crumbs">
        <Link href="/dead-letters">Dead letters</Link>
        <Icon name="chevron" size={14} />
        <Link href={address('/dead-letters', { handler: letter.handler })}>{letter.handler}</Link>
      </p>
      <div className="page-head">
        <h1>{letter.handler}</h1>
        <div className="actions">
          <button
            type="button"
            className="button button-primary"
            disabled={busy}
            onClick={() => act(retryDeadLetter(letter.id), () => navigate(`/tasks/${letter.id}`))}
          >
            <Icon name="retry" /> Retry
          </button>
          <button type="button" className="button" disabled={busy} onClick={() => ask(true)}>
            <Icon name="trash" /> Delete
          </button>
        </div>
      </div>
      <Facts letter={letter} />
      {problem !== null && <ProblemNotice problem={problem} />}
      {asking && (
        <DeleteDeadLetter
          letter={letter}
          busy={busy}
          onConfirm={() => act(deleteDeadLetter(letter.id).then(tellDeleted), () => navigate('/dead-letters'))}
          onClose={() => ask(false)}
        />
      )}
    </>
  );
}

function Facts({ letter }: { letter: DeadLetter }) {
  return (
    <dl className="facts">
      <Fact name="Task">
        <Link href={`/tasks/${letter.id}`}>
          <code>{letter.id}</code>
        </Link>
        <Copy text={() => letter.id} label="Copy the id" />
      </Fact>
      <Fact name="Died">
        <Time at={letter.diedAt} />
      </Fact>
      <Fact name="Created">
        <Time at={letter.createdAt} />
      </Fact>
      <Fact name="Runs">
        <span>
          <Runs letter={letter} />
          {letter.round > 1 && `, in round ${letter.round}`}
        </span>
      </Fact>
      <Fact name="Priority">{letter.priority}</Fact>
      <Fact name="By">{letter.user}</Fact>
      {letter.worker !== undefined && <Fact name="Last worker">{letter.worker}</Fact>}
    </dl>
  );
}
