import { useId, useState } from 'react';
import type { Json } from './schema';

/** A JSON value as text; what cannot be read is said and not handed on. */
export function JsonField(props: {
  label: string;
  value: Json | undefined;
  rows?: number;
  onChange: (value: Json | undefined) => void;
}) {
  const id = useId();
  const [text, setText] = useState(() => (props.value === undefined ? '' : JSON.stringify(props.value, null, 2)));
  const [wrong, setWrong] = useState<string | null>(null);
  const change = (next: string) => {
    setText(next);
    if (next.trim() === '') {
      setWrong(null);
      props.onChange(undefined);
      return;
    }
    try {
      props.onChange(JSON.parse(next) as Json);
      setWrong(null);
    } catch (thrown) {
      setWrong(thrown instanceof Error ? thrown.message : 'This is not JSON.');
    }
  };
  return (
    <>
      <textarea
        className="mono"
        aria-label={props.label}
        aria-invalid={wrong !== null}
        aria-describedby={wrong === null ? undefined : id}
        rows={props.rows ?? 4}
        spellCheck={false}
        value={text}
        onChange={(event) => change(event.target.value)}
      />
      {wrong !== null && (
        <p id={id} className="field-bad" role="alert">
          {wrong}
        </p>
      )}
    </>
  );
}
