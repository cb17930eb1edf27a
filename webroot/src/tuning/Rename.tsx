import { type SubmitEvent, useState } from 'react';
import type { TestSet } from '../api/client';
import { changeTestSet } from '../api/tuning';
import { useAct } from '../api/useAct';
import { Field } from '../form/Field';
import { Dialog } from '../ui/Dialog';
import { Icon } from '../ui/Icon';
import { ProblemNotice } from '../ui/Notice';

/** Gives a test set another name. */
export function Rename({ set, onRenamed }: { set: TestSet; onRenamed: () => void }) {
  const [asking, setAsking] = useState(false);
  return (
    <>
      <button type="button" className="button" onClick={() => setAsking(true)}>
        <Icon name="edit" /> Rename
      </button>
      {asking && (
        <Ask
          set={set}
          onRenamed={() => {
            setAsking(false);
            onRenamed();
          }}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}

function Ask({ set, onRenamed, onClose }: { set: TestSet; onRenamed: () => void; onClose: () => void }) {
  const { act, busy, problem } = useAct();
  const [name, setName] = useState(set.name);
  const wanted = name.trim();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (wanted === set.name) onClose();
    else act(changeTestSet(set.id, { name: wanted }), onRenamed);
  };
  return (
    <Dialog title="Rename this test set" onClose={onClose}>
      <form className="dialog-text dialog-form" onSubmit={submit}>
        <Field label="Name">
          {(id) => (
            <input
              id={id}
              required
              maxLength={80}
              autoFocus
              value={name}
              onFocus={(event) => event.target.select()}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        {problem !== null && <ProblemNotice problem={problem} />}
        <div className="actions actions-end">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button button-primary" disabled={busy || wanted === ''}>
            Rename it
          </button>
        </div>
      </form>
    </Dialog>
  );
}
