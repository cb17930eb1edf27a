import { useEffect, useRef, useState } from 'react';
import { deleteDeadLetter, listDeadLetters, retryDeadLetter } from '../api/calls';
import { type DeadLetterSummary, type Problem, problemOf } from '../api/client';
import { useHandlers } from '../api/useHandlers';
import { useLoad } from '../api/useLoad';
import { useReloadOnFeed } from '../api/useReloadOnFeed';
import { Link } from '../app/Link';
import { navigate, usePlace } from '../app/router';
import { useTitle } from '../app/useTitle';
import { Icon } from '../ui/Icon';
import { Empty, ProblemNotice, Skeleton } from '../ui/Notice';
import { DeadLetterTable } from './DeadLetterTable';
import { DeleteDeadLetter } from './DeleteDeadLetter';
import { asked, errorTypes, type Filter, filterAddress, isNarrowed, readFilter, tellDeleted, touchesDeadLetters } from './letters';
import { RetryAll } from './RetryAll';

/** Every task that used up its attempts, those that died last first. */
export function DeadLettersPage() {
  useTitle('Dead letters');
  const { query } = usePlace();
  const filter = readFilter(query);
  return (
    <>
      <div className="page-head">
        <h1>Dead letters</h1>
      </div>
      <p className="quiet page-lead">
        Tasks that used up their attempts, or lost their worker too often. Once the cause is mended, run them again.
      </p>
      <Filters filter={filter} />
      <List key={filterAddress(filter)} filter={filter} />
    </>
  );
}

function Filters({ filter }: { filter: Filter }) {
  const handlers = useHandlers();
  const go = (part: Partial<Filter>) => navigate(filterAddress({ ...filter, ...part }));
  return (
    <form
      className="filters"
      role="search"
      aria-label="Filter dead letters"
      onSubmit={(event) => event.preventDefault()}
    >
      <div className="filters-row filters-fields">
        <Choice
          label="Handler"
          all="All handlers"
          value={filter.handler}
          of={(handlers.data ?? []).map(({ name }) => name)}
          onChange={(handler) => go({ handler })}
        />
        <Choice
          label="Error"
          all="All errors"
          value={filter.errorType}
          of={errorTypes}
          onChange={(errorType) => go({ errorType })}
        />
        <Day label="Died from" value={filter.from} onChange={(from) => go({ from })} />
        <Day label="Died until" value={filter.to} onChange={(to) => go({ to })} />
        <User value={filter.user} onChange={(user) => go({ user })} />
      </div>
    </form>
  );
}

function Choice(props: {
  label: string;
  all: string;
  value: string;
  of: readonly string[];
  onChange: (value: string) => void;
}) {
  const { value, of } = props;
  return (
    <label className="field-named">
      <span>{props.label}</span>
      <select value={value} onChange={(event) => props.onChange(event.target.value)}>
        <option value="">{props.all}</option>
        {of.map((one) => (
          <option key={one}>{one}</option>
        ))}
        {value !== '' && !of.includes(value) && <option>{value}</option>}
      </select>
    </label>
  );
}

/** Asked for by Enter or by leaving the field, because half a name matches nobody. */
function User({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const field = useRef<HTMLInputElement>(null);
  const ask = () => {
    const next = field.current?.value.trim() ?? '';
    if (next !== value) onChange(next);
  };
  useEffect(() => {
    // The address may change under the field: back, forward, a link.
    if (field.current !== null && field.current.value.trim() !== value) field.current.value = value;
  }, [value]);
  return (
    <label className="field-named">
      <span>User</span>
      <input
        ref={field}
        type="search"
        defaultValue={value}
        placeholder="All users"
        maxLength={200}
        autoCapitalize="off"
        spellCheck={false}
        onBlur={ask}
        onKeyDown={(event) => {
          if (event.key === 'Enter') ask();
        }}
        onChange={(event) => {
          if (event.target.value === '') ask();
        }}
      />
    </label>
  );
}

function Day({ label, value, onChange }: { label: string; value: string; onChange: (value: string) => void }) {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    // The address may change under the field: back, forward, a link.
    if (field.current !== null && field.current.value !== value) field.current.value = value;
  }, [value]);
  return (
    <label className="field-named">
      <span>{label}</span>
      <input
        ref={field}
        type="date"
        defaultValue={value}
        onChange={({ target }) => {
          // Typing a year passes through others, such as 0202.
          if (target.value === '' || target.value >= '2000') onChange(target.value);
        }}
      />
    </label>
  );
}

/** What the person has just done, to be read out and to be followed. */
interface Done {
  readonly text: string;
  readonly task?: string;
}

function List({ filter }: { filter: Filter }) {
  const first = useLoad(filterAddress(filter), (signal) => listDeadLetters(asked(filter), signal));
  const [more, setMore] = useState<{ items: readonly DeadLetterSummary[]; next: string | undefined } | null>(null);
  const [gone, setGone] = useState<ReadonlySet<string>>(new Set());
  const [busy, setBusy] = useState<ReadonlySet<string>>(new Set());
  const [problem, setProblem] = useState<Problem | null>(null);
  const [done, setDone] = useState<Done | null>(null);
  const [deleting, setDeleting] = useState<DeadLetterSummary | null>(null);
  const [retrying, setRetrying] = useState(false);
  const told = useRef<HTMLParagraphElement>(null);
  const { reload } = first;
  useReloadOnFeed(touchesDeadLetters, reload);
  const cursor = more === null ? first.data?.next : more.next;

  const finish = (what: Done) => {
    setProblem(null);
    setDone(what);
    // The row with the button that was pressed is gone: the keyboard goes on from here.
    requestAnimationFrame(() => told.current?.focus());
  };
  const act = (letter: DeadLetterSummary, action: () => Promise<unknown>, what: Done) => {
    setBusy((before) => new Set(before).add(letter.id));
    action()
      .then(
        () => {
          setGone((before) => new Set(before).add(place(letter)));
          finish(what);
        },
        (thrown: unknown) => {
          setDone(null);
          setProblem(problemOf(thrown));
          reload();
        },
      )
      .finally(() => {
        setDeleting(null);
        setBusy((before) => new Set([...before].filter((id) => id !== letter.id)));
      });
  };
  const loadMore = () => {
    if (cursor === undefined) return;
    listDeadLetters({ ...asked(filter), cursor }).then(
      (page) => {
        setProblem(null);
        setMore((before) => ({ items: [...(before?.items ?? []), ...page.items], next: page.next }));
      },
      (thrown: unknown) => setProblem(problemOf(thrown)),
    );
  };

  if (first.data === undefined) {
    if (first.problem === undefined) return <Skeleton lines={8} label="Loading dead letters" />;
    return <ProblemNotice problem={first.problem} retry={reload} />;
  }
  const seen = new Set<string>();
  const letters = [...first.data.items, ...(more?.items ?? [])].filter(
    (letter) => !gone.has(place(letter)) && !seen.has(letter.id) && seen.add(letter.id),
  );
  return (
    <>
      <p ref={told} className={done === null ? 'visually-hidden' : 'done'} role="status" tabIndex={-1}>
        {done !== null && (
          <>
            <Icon name="check" size={16} /> {done.text}{' '}
            {done.task !== undefined && <Link href={`/tasks/${done.task}`}>Follow it</Link>}
          </>
        )}
      </p>
      {first.problem !== undefined && <ProblemNotice problem={first.problem} retry={reload} />}
      {problem !== null && <ProblemNotice problem={problem} />}
      {letters.length > 0 && (
        <>
          <div className="list-head">
            <button type="button" className="button" onClick={() => setRetrying(true)}>
              <Icon name="retry" /> {isNarrowed(filter) ? 'Retry all that match' : 'Retry all'}
            </button>
          </div>
          <DeadLetterTable
            letters={letters}
            busy={busy}
            onRetry={(letter) =>
              act(letter, () => retryDeadLetter(letter.id), { text: 'The task is queued again.', task: letter.id })
            }
            onDelete={setDeleting}
          />
        </>
      )}
      {letters.length === 0 && cursor === undefined && <Nothing narrowed={isNarrowed(filter)} />}
      {cursor !== undefined && (
        <button type="button" className="button" onClick={loadMore}>
          Older dead letters
        </button>
      )}
      {deleting !== null && (
        <DeleteDeadLetter
          letter={deleting}
          busy={busy.has(deleting.id)}
          onConfirm={() =>
            act(deleting, () => deleteDeadLetter(deleting.id).then(tellDeleted), { text: 'The dead letter is deleted.' })
          }
          onClose={() => setDeleting(null)}
        />
      )}
      {retrying && (
        <RetryAll
          filter={asked(filter)}
          onClose={() => setRetrying(false)}
          onDone={(text) => {
            setRetrying(false);
            setMore(null);
            reload();
            finish({ text });
          }}
        />
      )}
    </>
  );
}

/** A task that dies again is another letter. */
function place(letter: DeadLetterSummary): string {
  return `${letter.id} ${letter.round}`;
}

function Nothing({ narrowed }: { narrowed: boolean }) {
  return narrowed ? (
    <Empty title="No dead letter is like that">
      <Link className="button" href="/dead-letters">
        Show all dead letters
      </Link>
    </Empty>
  ) : (
    <Empty title="No dead letters">
      <p>No task has used up its attempts. One that does is kept here with its input and its error.</p>
    </Empty>
  );
}
