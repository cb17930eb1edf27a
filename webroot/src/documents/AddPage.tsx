import { type SubmitEvent, useId, useState } from 'react';
import { type Problem, problemOf } from '../api/client';
import { Icon } from '../ui/Icon';
import { ProblemNotice } from '../ui/Notice';

/** Takes the address of a web page. */
export function AddPage({ disabled, add }: { disabled: boolean; add: (url: string) => Promise<void> }) {
  const [url, setUrl] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const id = useId();

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    setBusy(true);
    add(url.trim())
      .then(
        () => {
          setProblem(null);
          setUrl('');
        },
        (thrown: unknown) => setProblem(problemOf(thrown)),
      )
      .finally(() => setBusy(false));
  };

  return (
    <>
      <form className="drop-into" onSubmit={submit}>
        <label htmlFor={id}>or add a web page</label>
        <input
          id={id}
          type="url"
          required
          maxLength={2048}
          pattern="\s*[Hh][Tt][Tt][Pp][Ss]?://.+"
          title="An address that begins with http:// or https://"
          placeholder="https://"
          autoComplete="off"
          spellCheck={false}
          value={url}
          onChange={(event) => setUrl(event.target.value)}
        />
        <button type="submit" className="button" disabled={disabled || busy}>
          <Icon name="plus" /> Add
        </button>
      </form>
      {problem !== null && <ProblemNotice problem={problem} />}
    </>
  );
}
