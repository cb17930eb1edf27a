import { type SubmitEvent, useId, useState } from 'react';
import { listModels } from '../api/calls';
import type { Generation } from '../api/client';
import { buildGeneration } from '../api/generations';
import { useAct } from '../api/useAct';
import { useLoad } from '../api/useLoad';
import { Field } from '../form/Field';
import { Notice, ProblemNotice } from '../ui/Notice';

/** No model has this name. */
const none = '';

/** Asks with which model another generation is built, and begins it. */
export function BuildForm(props: {
  live: Generation | undefined;
  onBegun: (begun: Generation) => void;
  onClose: () => void;
}) {
  const models = useLoad('models', listModels);
  const { act, busy, problem } = useAct();
  const [chosen, choose] = useState<string | null>(null);
  const [switches, setSwitches] = useState(true);
  const switchId = useId();
  const now = props.live?.model ?? none;
  const names = models.data?.filter(({ task }) => task === 'embed').map(({ name }) => name) ?? [];
  const settled = models.data !== undefined || models.problem !== undefined;
  const model = chosen ?? names.find((name) => name !== now) ?? names[0] ?? none;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    act(buildGeneration(model === none ? null : model, switches), props.onBegun);
  };
  return (
    <form className="card task-form generation-form" onSubmit={submit} aria-label="Another generation">
      <Field label="Model" help={model === none ? helpNone : model === now ? helpSame : helpOther}>
        {(id, described) => (
          <select
            id={id}
            aria-describedby={described}
            value={settled ? model : none}
            autoFocus
            onChange={(e) => choose(e.target.value)}
          >
            {names.map((name) => (
              <option key={name} value={name}>
                {name === now ? `${name} (the one in use)` : name}
              </option>
            ))}
            <option value={none}>{settled ? `No model${now === none ? ' (as now)' : ''}` : 'Loading models…'}</option>
          </select>
        )}
      </Field>
      {models.data !== undefined && !names.some((name) => name !== now) && (
        <Notice title="No other model embeds">
          <p>
            Declare one under <code>models</code> in <code>handlers.yaml</code>; it is offered here as soon as a worker
            has read that.
          </p>
        </Notice>
      )}
      {models.problem !== undefined && <ProblemNotice problem={models.problem} retry={models.reload} />}
      <div className="field field-boolean">
        <input
          id={switchId}
          type="checkbox"
          aria-describedby={`${switchId}-help`}
          checked={switches}
          onChange={(e) => setSwitches(e.target.checked)}
        />
        <label htmlFor={switchId}>Switch to it when it is complete</label>
        <p id={`${switchId}-help`} className="field-help">
          Only when no document failed. Otherwise it waits for you.
        </p>
      </div>
      {problem !== null && <ProblemNotice problem={problem} />}
      <div className="actions">
        <button type="submit" className="button button-primary" disabled={busy || !settled}>
          Build it
        </button>
        <button type="button" className="button" onClick={props.onClose}>
          Cancel
        </button>
      </div>
    </form>
  );
}

const helpOther =
  'It reads every passage of every document anew, at low priority. That takes as much disk again until you drop one of the two.';
const helpSame =
  'The model that is in use reads everything anew: worth it only when a new version of Millrace cuts passages by newer rules.';
const helpNone = 'Only words are compared then, which needs no computing. Questions find no passages that say it in other words.';
