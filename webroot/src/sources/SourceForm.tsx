import { type SubmitEvent, useState } from 'react';
import { changeSource, createSource } from '../api/calls';
import { type Problem, problemOf, type Source, type SourceKind } from '../api/client';
import { Link } from '../app/Link';
import { navigate } from '../app/router';
import { Field } from '../form/Field';
import type { Complaint } from '../form/schema';
import { TimesFields } from '../schedules/TimesFields';
import { plural } from '../ui/format';
import { ProblemNotice } from '../ui/Notice';
import { PlaceFields } from './PlaceFields';
import { changeOf, complaintsOf, type Fields, fieldsOf, gone, isShown, kinds, requestOf, wrongWith } from './source';

/** All that a source is; its kind decides the fields, and stays what it is. */
export function SourceForm({ source, collections }: { source: Source | undefined; collections: readonly string[] }) {
  const [fields, setFields] = useState(() => fieldsOf(source));
  const [complaints, setComplaints] = useState<readonly Complaint[]>([]);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const change = (part: Partial<Fields>) => setFields((before) => ({ ...before, ...part }));
  const wrong = (name: keyof Fields) => wrongWith(name, complaints);

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const found = complaintsOf(fields);
    setComplaints(found);
    setProblem(null);
    if (found.length > 0) return;
    setBusy(true);
    (source === undefined ? createSource(requestOf(fields)) : changeSource(source.id, changeOf(fields))).then(
      (saved) => navigate(`/sources/${saved.id}`),
      (thrown: unknown) => {
        setBusy(false);
        const refused = problemOf(thrown);
        const pointer = refused.body?.pointer ?? '';
        if (isShown(fields, pointer)) setComplaints([{ pointer, says: refused.message }]);
        else setProblem(refused);
      },
    );
  };

  return (
    <form className="card task-form" onSubmit={submit} noValidate aria-label="Source">
      {source === undefined && <Kinds kind={fields.kind} onChange={(kind) => change({ kind })} />}
      <Field label="Name" wrong={wrong('name')}>
        {(id) => (
          <input id={id} maxLength={80} value={fields.name} onChange={(event) => change({ name: event.target.value })} />
        )}
      </Field>
      <PlaceFields fields={fields} wrong={wrong} onChange={change} />
      <Field label="Collection" help="Where its documents go; it is made when there is none." wrong={wrong('collection')}>
        {(id, described) => (
          <>
            <input
              id={id}
              aria-describedby={described}
              list={`${id}-known`}
              maxLength={63}
              spellCheck={false}
              autoCapitalize="off"
              value={fields.collection}
              onChange={(event) => change({ collection: event.target.value })}
            />
            <datalist id={`${id}-known`}>
              {collections.map((name) => (
                <option key={name} value={name} />
              ))}
            </datalist>
          </>
        )}
      </Field>
      <div className="form-row">
        <Field label="Tags of its documents" help="Divided by commas." wrong={wrong('tags')}>
          {(id, described) => (
            <input
              id={id}
              aria-describedby={described}
              value={fields.tags}
              onChange={(event) => change({ tags: event.target.value })}
            />
          )}
        </Field>
        <Field label="Documents whose file is gone" wrong={wrong('onGone')}>
          {(id) => (
            <select
              id={id}
              value={fields.onGone}
              onChange={(event) => change({ onGone: event.target.value as Fields['onGone'] })}
            >
              {Object.entries(gone).map(([value, says]) => (
                <option key={value} value={value}>
                  {says}
                </option>
              ))}
            </select>
          )}
        </Field>
      </div>
      <div className="field field-boolean">
        <input
          id="by-itself"
          type="checkbox"
          checked={fields.byItself}
          onChange={(event) => change({ byItself: event.target.checked })}
        />
        <label htmlFor="by-itself">Sync it by itself</label>
        {!fields.byItself && <p className="field-help">Otherwise it is synced when somebody asks for it.</p>}
      </div>
      {fields.byItself && <TimesFields times={fields} wrong={wrong} onChange={change} />}
      {problem !== null && <ProblemNotice problem={problem} />}
      {complaints.length > 0 && (
        <p className="field-bad" role="alert">
          {plural(complaints.length, 'thing')} above {complaints.length === 1 ? 'needs' : 'need'} another look.
        </p>
      )}
      <div className="actions">
        <button type="submit" className="button button-primary" disabled={busy}>
          {busy ? 'Saving…' : source === undefined ? 'Create' : 'Save'}
        </button>
        <Link className="button" href={source === undefined ? '/sources' : `/sources/${source.id}`}>
          Cancel
        </Link>
      </div>
    </form>
  );
}

const offered: readonly SourceKind[] = ['directory', 'web', 's3'];

function Kinds({ kind, onChange }: { kind: SourceKind; onChange: (kind: SourceKind) => void }) {
  return (
    <div>
      <div className="segments" role="radiogroup" aria-label="Kind of source">
        {offered.map((one) => (
          <label key={one}>
            <input type="radio" name="kind" checked={kind === one} onChange={() => onChange(one)} />
            <span>{kinds[one]}</span>
          </label>
        ))}
      </div>
    </div>
  );
}
