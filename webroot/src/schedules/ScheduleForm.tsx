import { type SubmitEvent, useState } from 'react';
import { saveSchedule } from '../api/calls';
import { type Handler, type Problem, problemOf, type Schedule, type ScheduleRequest } from '../api/client';
import { Link } from '../app/Link';
import { navigate } from '../app/router';
import { Field } from '../form/Field';
import { inputSchemaOf } from '../form/inputSchema';
import { unreadable } from '../form/JsonField';
import { check, type Complaint, initial, type Json } from '../form/schema';
import { SchemaForm } from '../form/SchemaForm';
import { plural } from '../ui/format';
import { Notice, ProblemNotice } from '../ui/Notice';
import { here } from './times';
import { TimesFields } from './TimesFields';

type Fields = Required<Omit<ScheduleRequest, 'input' | 'project' | 'missedRunsMax'>> & { missedRunsMax: string };

function fieldsOf(schedule: Schedule | undefined, handlers: readonly Handler[]): Fields {
  return {
    name: schedule?.name ?? '',
    cron: schedule?.cron ?? '0 9 * * mon-fri',
    timeZone: schedule?.timeZone ?? here,
    handler: schedule?.handler ?? handlers[0]?.name ?? '',
    priority: schedule?.priority ?? 'normal',
    missedRuns: schedule?.missedRuns ?? 'once',
    missedRunsMax: String(schedule?.missedRunsMax ?? 10),
  };
}

/** All that a schedule is, with the input as its handler's schema wants it. */
export function ScheduleForm({ handlers, schedule }: { handlers: readonly Handler[]; schedule: Schedule | undefined }) {
  const [fields, setFields] = useState(() => fieldsOf(schedule, handlers));
  const handler = handlers.find((one) => one.name === fields.handler);
  const schema = inputSchemaOf(handler, handlers);
  const [input, setInput] = useState<Json | undefined>(() =>
    schedule === undefined ? initial(schema) : (schedule.input as Json),
  );
  const [complaints, setComplaints] = useState<readonly Complaint[]>([]);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const change = (part: Partial<Fields>) => setFields((before) => ({ ...before, ...part }));
  const wrong = (name: string) => complaints.find((one) => one.pointer === `/${name}`)?.says;

  const changeHandler = (name: string) => {
    change({ handler: name });
    const next = handlers.find((one) => one.name === name);
    setInput(schedule?.handler === name ? (schedule.input as Json) : initial((next?.inputSchema ?? {})));
    setComplaints([]);
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const found = [...complaintsOf(fields), ...under(check(schema, input))];
    const broken = unreadable(event.currentTarget);
    setComplaints(found);
    setProblem(null);
    broken?.focus();
    if (found.length > 0 || broken !== undefined) return;
    setBusy(true);
    saveSchedule(schedule?.id, request(fields, input, schedule)).then(
      (saved) => navigate(`/schedules/${saved.id}`),
      (thrown: unknown) => {
        setBusy(false);
        const refused = problemOf(thrown);
        const pointer = refused.body?.pointer ?? '';
        if (pointer === '') setProblem(refused);
        else setComplaints([{ pointer, says: refused.message }]);
      },
    );
  };

  return (
    <form className="card task-form" onSubmit={submit} noValidate aria-label="Schedule">
      <Field label="Name" wrong={wrong('name')}>
        {(id) => (
          <input id={id} maxLength={100} value={fields.name} onChange={(event) => change({ name: event.target.value })} />
        )}
      </Field>
      <TimesFields times={fields} wrong={wrong} onChange={change} />
      <Field label="Handler" wrong={wrong('handler')}>
        {(id) => (
          <select id={id} value={fields.handler} onChange={(event) => changeHandler(event.target.value)}>
            {handlers.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
            {handler === undefined && <option>{fields.handler}</option>}
          </select>
        )}
      </Field>
      {handler === undefined && <Notice kind="warning">No worker serves this handler now.</Notice>}
      <SchemaForm
        key={fields.handler}
        schema={schema}
        value={input}
        complaints={complaints
          .filter(({ pointer }) => pointer.startsWith('/input'))
          .map(({ pointer, says }) => ({ pointer: pointer.slice('/input'.length), says }))}
        onChange={setInput}
      />
      <div className="form-row">
        <Field label="Priority">
          {(id) => (
            <select
              id={id}
              value={fields.priority}
              onChange={(event) => change({ priority: event.target.value as Fields['priority'] })}
            >
              <option>high</option>
              <option>normal</option>
              <option>low</option>
            </select>
          )}
        </Field>
        <Field label="Missed runs">
          {(id) => (
            <select
              id={id}
              value={fields.missedRuns}
              onChange={(event) => change({ missedRuns: event.target.value as Fields['missedRuns'] })}
            >
              <option value="once">one task for all of them</option>
              <option value="all">the last ones, each with its task</option>
              <option value="skip">skip them</option>
            </select>
          )}
        </Field>
        {fields.missedRuns === 'all' && (
          <Field label="How many at most" wrong={wrong('missedRunsMax')}>
            {(id) => (
              <input
                id={id}
                className="short"
                inputMode="numeric"
                value={fields.missedRunsMax}
                onChange={(event) => change({ missedRunsMax: event.target.value })}
              />
            )}
          </Field>
        )}
      </div>
      {problem !== null && <ProblemNotice problem={problem} />}
      {complaints.length > 0 && (
        <p className="field-bad" role="alert">
          {plural(complaints.length, 'thing')} above {complaints.length === 1 ? 'needs' : 'need'} another look.
        </p>
      )}
      <div className="actions">
        <button type="submit" className="button button-primary" disabled={busy}>
          {busy ? 'Saving…' : schedule === undefined ? 'Create' : 'Save'}
        </button>
        <Link className="button" href={schedule === undefined ? '/schedules' : `/schedules/${schedule.id}`}>
          Cancel
        </Link>
      </div>
    </form>
  );
}

function complaintsOf(fields: Fields): Complaint[] {
  const found: Complaint[] = [];
  const max = Number(fields.missedRunsMax);
  if (fields.name.trim() === '') found.push({ pointer: '/name', says: 'It needs a name.' });
  if (fields.cron.trim() === '') found.push({ pointer: '/cron', says: 'It needs its times.' });
  if (fields.timeZone.trim() === '') found.push({ pointer: '/timeZone', says: 'It needs a time zone.' });
  if (fields.missedRuns === 'all' && !(Number.isInteger(max) && max >= 1 && max <= 100)) {
    found.push({ pointer: '/missedRunsMax', says: 'This is a number from 1 to 100.' });
  }
  return found;
}

function under(complaints: readonly Complaint[]): Complaint[] {
  return complaints.map(({ pointer, says }) => ({ pointer: `/input${pointer}`, says }));
}

function request(fields: Fields, input: Json | undefined, schedule: Schedule | undefined): ScheduleRequest {
  const { missedRunsMax, ...rest } = fields;
  return {
    ...rest,
    name: fields.name.trim(),
    cron: fields.cron.trim(),
    timeZone: fields.timeZone.trim(),
    input: (input ?? {}) as Record<string, unknown>,
    ...(fields.missedRuns === 'all' ? { missedRunsMax: Number(missedRunsMax) } : {}),
    ...(schedule === undefined ? {} : { project: schedule.project }),
  };
}
