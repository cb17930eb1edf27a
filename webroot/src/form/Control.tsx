import { useState } from 'react';
import { JsonField } from './JsonField';
import type { FieldKind, Json, Schema } from './schema';

export interface ControlProps {
  readonly id?: string;
  readonly kind: Exclude<FieldKind, 'object' | 'list'>;
  readonly schema: Schema;
  readonly value: Json | undefined;
  readonly required: boolean;
  readonly label: string;
  readonly invalid: boolean;
  readonly describedBy?: string;
  readonly onChange: (value: Json | undefined) => void;
}

/** The control for one plain value; an emptied one that need not be there is left out. */
export function Control(props: ControlProps) {
  const { id, kind, schema, value, required, label, invalid, describedBy, onChange } = props;
  const shared = {
    id,
    // A control inside a list has no visible label of its own.
    'aria-label': id === undefined ? label : undefined,
    'aria-invalid': invalid,
    'aria-describedby': describedBy === '' ? undefined : describedBy,
    'aria-required': required,
  };
  const example = schema.examples?.[0];
  const placeholder = example === undefined ? undefined : `such as ${typeof example === 'string' ? example : JSON.stringify(example)}`;
  const text = typeof value === 'string' ? value : '';
  const changeText = (next: string) => onChange(next === '' && !required ? undefined : next);
  switch (kind) {
    case 'text':
      return (
        <input
          {...shared}
          type="text"
          placeholder={placeholder}
          value={text}
          onChange={(event) => changeText(event.target.value)}
        />
      );
    case 'lines':
      return (
        <textarea
          {...shared}
          className="grows"
          rows={2}
          placeholder={placeholder}
          value={text}
          onChange={(event) => changeText(event.target.value)}
        />
      );
    case 'number':
    case 'integer':
      return <NumberInput {...{ shared, schema, value, placeholder, onChange }} whole={kind === 'integer'} />;
    case 'boolean':
      return (
        <input
          {...shared}
          aria-required={undefined}
          type="checkbox"
          checked={value === true}
          onChange={(event) => onChange(event.target.checked || required ? event.target.checked : undefined)}
        />
      );
    case 'choice':
      return <Choice {...{ shared, schema, value, required, onChange }} />;
    case 'json':
      return (
        <JsonField
          {...{ id, label, value, invalid, describedBy, onChange }}
          placeholder={placeholder ?? (schema.type === 'object' ? '{ }' : undefined)}
        />
      );
  }
}

type Shared = Record<string, string | boolean | undefined>;

/** Keeps what is typed, so that "1." and "-" can be passed through on the way to a number. */
function NumberInput(props: {
  shared: Shared;
  schema: Schema;
  value: Json | undefined;
  placeholder: string | undefined;
  whole: boolean;
  onChange: (value: Json | undefined) => void;
}) {
  const { shared, schema, value, placeholder, whole, onChange } = props;
  const [typed, setTyped] = useState(typeof value === 'number' ? String(value) : '');
  const same = typed.trim() !== '' && Number(typed) === value;
  const shown = value === undefined || same || typeof value !== 'number' ? typed : String(value);
  const change = (next: string) => {
    setTyped(next);
    if (next.trim() === '') onChange(undefined);
    // What is no number is handed on as it stands, so that the check can say so.
    else onChange(Number.isNaN(Number(next)) ? next : Number(next));
  };
  return (
    <input
      {...shared}
      type="text"
      inputMode={whole && (schema.minimum ?? -1) >= 0 ? 'numeric' : 'decimal'}
      className="short"
      placeholder={placeholder ?? rangeOf(schema)}
      value={shown}
      onChange={(event) => change(event.target.value)}
    />
  );
}

function rangeOf({ minimum, maximum }: Schema): string | undefined {
  if (minimum !== undefined && maximum !== undefined) return `${minimum} to ${maximum}`;
  return minimum === undefined ? undefined : `${minimum} or more`;
}

function Choice(props: {
  shared: Shared;
  schema: Schema;
  value: Json | undefined;
  required: boolean;
  onChange: (value: Json | undefined) => void;
}) {
  const { shared, schema, value, required, onChange } = props;
  const choices = schema.enum ?? (schema.const === undefined ? [] : [schema.const]);
  const at = choices.findIndex((one) => JSON.stringify(one) === JSON.stringify(value));
  return (
    <select
      {...shared}
      value={at}
      onChange={(event) => onChange(choices[Number(event.target.value)])}
    >
      {(at < 0 || !required) && <option value={-1}>{required ? 'Choose…' : 'not set'}</option>}
      {choices.map((one, i) => (
        <option key={i} value={i}>
          {typeof one === 'string' ? one : JSON.stringify(one)}
        </option>
      ))}
    </select>
  );
}
