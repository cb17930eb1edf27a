import { type SubmitEvent, useId, useRef, useState } from 'react';
import { getTask, newKey, submitTask } from '../api/calls';
import { type Handler, type Problem, problemOf, type Task, type TaskRequest } from '../api/client';
import { useHandlers } from '../api/useHandlers';
import { useLoad } from '../api/useLoad';
import { Link } from '../app/Link';
import { address, navigate, usePlace } from '../app/router';
import { useTitle } from '../app/useTitle';
import { inputSchemaOf } from '../form/inputSchema';
import { unreadable } from '../form/JsonField';
import { check, type Complaint, initial, type Json } from '../form/schema';
import { SchemaForm } from '../form/SchemaForm';
import { plural } from '../ui/format';
import { Icon } from '../ui/Icon';
import { Empty, Notice, ProblemNotice, Skeleton } from '../ui/Notice';
import { Pause } from './Pause';

/** Submits a task of any handler, through a form made of its input schema. */
export function NewTaskPage() {
  useTitle('New task');
  const { query } = usePlace();
  const handlers = useHandlers();
  const from = query.get('from');
  const model = useLoad(from, (signal) => getTask(from ?? '', signal));
  const all = handlers.data;
  const chosen = all?.find((one) => one.name === query.get('handler')) ?? all?.[0];

  return (
    <>
      <p className="crumbs">
        <Link href="/tasks">Tasks</Link>
        <Icon name="chevron" size={14} />
        <span>New task</span>
      </p>
      <div className="page-head">
        <h1>New task</h1>
      </div>
      {handlers.problem !== undefined && <ProblemNotice problem={handlers.problem} retry={handlers.reload} />}
      {all === undefined && handlers.problem === undefined && <Skeleton lines={6} label="Loading handlers" />}
      {all?.length === 0 && (
        <Empty title="Nothing can be submitted">
          <p>No handler is declared. They stand in handlers.yaml; see the manual.</p>
        </Empty>
      )}
      {all !== undefined && chosen !== undefined && (
        <div className="columns columns-aside">
          <Choices handlers={all} chosen={chosen.name} />
          {from !== null && model.data === undefined && model.problem === undefined ? (
            <Skeleton lines={5} label="Loading the input" />
          ) : (
            <TaskForm key={chosen.name + (from ?? '')} handler={chosen} handlers={all} model={model.data} />
          )}
        </div>
      )}
    </>
  );
}

function Choices({ handlers, chosen }: { handlers: readonly Handler[]; chosen: string }) {
  return (
    <nav className="choices" aria-label="Handlers">
      {handlers.map((one) => (
        <Link
          key={one.name}
          className="choice"
          href={address('/tasks/new', { handler: one.name })}
          aria-current={one.name === chosen ? 'page' : undefined}
        >
          <span className={dot(one)} aria-hidden="true" />
          <span className="choice-name">{one.name}</span>
          <span className="quiet">{service(one)}</span>
        </Link>
      ))}
    </nav>
  );
}

function dot(handler: Handler): string {
  if (handler.paused) return 'dot dot-paused';
  return handler.liveWorkers > 0 ? 'dot dot-good' : 'dot dot-bad';
}

function service(handler: Handler): string {
  if (handler.paused) return 'paused';
  return handler.liveWorkers === 0 ? 'no worker' : plural(handler.liveWorkers, 'worker');
}

/** As the contract has it. */
const costMax = 64;
/** No pointer into the input begins like it. */
const costPointer = 'cost';

function wrongCost(cost: string): Complaint[] {
  const number = Number(cost);
  const right = cost.trim() === '' || (Number.isInteger(number) && number >= 1 && number <= costMax);
  return right ? [] : [{ pointer: costPointer, says: 'must be a whole number' }];
}

function TaskForm(props: { handler: Handler; handlers: readonly Handler[]; model: Task | undefined }) {
  const { handler, handlers, model } = props;
  const schema = inputSchemaOf(handler, handlers);
  const [input, setInput] = useState<Json | undefined>(() =>
    model !== undefined && model.handler === handler.name ? (model.input as Json) : initial(schema),
  );
  const [priority, setPriority] = useState<'' | 'high' | 'normal' | 'low'>('');
  const [delay, setDelay] = useState('');
  const [cost, setCost] = useState('');
  const [complaints, setComplaints] = useState<readonly Complaint[]>([]);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  // The same form sent twice, such as after a lost answer, is one task; a changed one is another.
  const sent = useRef({ body: '', key: '' });
  const ids = { priority: useId(), delay: useId(), cost: useId(), costHelp: useId() };
  const costIsWrong = complaints.some((one) => one.pointer === costPointer);

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const found = [...check(schema, input), ...wrongCost(cost)];
    const broken = unreadable(event.currentTarget);
    setComplaints(found);
    setProblem(null);
    broken?.focus();
    if (found.length > 0 || broken !== undefined) return;
    const request: TaskRequest = {
      handler: handler.name,
      input: (input ?? {}) as Record<string, unknown>,
      ...(priority === '' ? {} : { priority }),
      ...(cost.trim() === '' ? {} : { cost: Number(cost) }),
      ...(delay.trim() === '' ? {} : { delay: delay.trim() }),
    };
    const body = JSON.stringify(request);
    if (sent.current.body !== body) sent.current = { body, key: newKey() };
    setBusy(true);
    submitTask(request, sent.current.key).then(
      (task) => navigate(`/tasks/${task.id}`),
      (thrown: unknown) => {
        setBusy(false);
        const refused = problemOf(thrown);
        const pointer = refused.body?.pointer;
        if (pointer?.startsWith('/input')) {
          setComplaints([{ pointer: pointer.slice('/input'.length), says: refused.message }]);
        } else setProblem(refused);
      },
    );
  };

  return (
    <form className="card task-form" onSubmit={submit} noValidate aria-label={`New ${handler.name} task`}>
      <div className="form-head">
        <h2>{handler.name}</h2>
        <Pause handler={handler} />
      </div>
      {handler.description !== '' && <p className="quiet">{handler.description}</p>}
      {handler.paused && <Notice kind="warning">Paused: new tasks wait until the handler is resumed.</Notice>}
      {handler.liveWorkers === 0 && (
        <Notice kind="warning">No worker serves this handler now: the task waits until one comes.</Notice>
      )}
      <SchemaForm schema={schema} value={input} complaints={complaints} onChange={setInput} />
      <div className="form-row">
        <div className="field">
          <label htmlFor={ids.priority}>Priority</label>
          <select
            id={ids.priority}
            value={priority}
            onChange={(event) => setPriority(event.target.value as typeof priority)}
          >
            <option value="">normal</option>
            <option value="high">high</option>
            <option value="low">low</option>
          </select>
        </div>
        <div className="field">
          <label htmlFor={ids.cost}>Slots</label>
          <input
            id={ids.cost}
            className="short"
            inputMode="numeric"
            value={cost}
            placeholder="1"
            aria-invalid={costIsWrong}
            aria-describedby={ids.costHelp}
            onChange={(event) => setCost(event.target.value)}
          />
          <p id={ids.costHelp} className={costIsWrong ? 'field-bad' : 'field-help'}>
            {costIsWrong ? `A whole number from 1 to ${costMax}.` : `of the ${handler.concurrency} that each worker has`}
          </p>
        </div>
        <div className="field">
          <label htmlFor={ids.delay}>Start after</label>
          <input
            id={ids.delay}
            className="short"
            value={delay}
            placeholder="at once; 30s, 5m, 2h"
            onChange={(event) => setDelay(event.target.value)}
          />
        </div>
      </div>
      {problem !== null && <ProblemNotice problem={problem} />}
      {complaints.length > 0 && (
        <p className="field-bad" role="alert">
          {plural(complaints.length, 'thing')} above {complaints.length === 1 ? 'needs' : 'need'} another look.
        </p>
      )}
      <div className="actions">
        <button type="submit" className="button button-primary" disabled={busy}>
          {busy ? 'Submitting…' : 'Submit'}
        </button>
      </div>
    </form>
  );
}
