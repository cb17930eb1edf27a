import { useEffect, useId, useRef, useState } from 'react';
import type { Json } from './schema';

/**
 * A JSON value as text. What cannot be read is said, is not handed on, and makes the control invalid, so that its form
 * is not sent with what stood there before (`unreadable`).
 */
export function JsonField(props: {
  id?: string | undefined;
  /** Its name where no label is tied to `id`. */
  label: string;
  value: Json | undefined;
  rows?: number;
  placeholder?: string | undefined;
  invalid?: boolean;
  describedBy?: string | undefined;
  onChange: (value: Json | undefined) => void;
}) {
  const wrongId = useId();
  const area = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState(() => (props.value === undefined ? '' : JSON.stringify(props.value, null, 2)));
  const [wrong, setWrong] = useState('');
  useEffect(() => area.current?.setCustomValidity(wrong), [wrong]);
  const change = (next: string) => {
    setText(next);
    if (next.trim() === '') {
      setWrong('');
      props.onChange(undefined);
      return;
    }
    try {
      props.onChange(JSON.parse(next) as Json);
      setWrong('');
    } catch (thrown) {
      setWrong(thrown instanceof Error ? thrown.message : 'This is not JSON.');
    }
  };
  const described = [props.describedBy ?? '', wrong === '' ? '' : wrongId].join(' ').trim();
  return (
    <>
      <textarea
        ref={area}
        id={props.id}
        className="mono"
        aria-label={props.id === undefined ? props.label : undefined}
        aria-invalid={wrong !== '' || props.invalid === true}
        aria-describedby={described === '' ? undefined : described}
        rows={props.rows ?? 4}
        placeholder={props.placeholder}
        spellCheck={false}
        value={text}
        onChange={(event) => change(event.target.value)}
      />
      {wrong !== '' && (
        <p id={wrongId} className="field-bad" role="alert">
          {wrong}
        </p>
      )}
    </>
  );
}

/** The first field of a form whose text is no JSON. */
export function unreadable(form: Element): HTMLTextAreaElement | undefined {
  return [...form.querySelectorAll('textarea')].find((area) => area.validity.customError);
}
