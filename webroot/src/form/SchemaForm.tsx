import { useState } from 'react';
import { Icon } from '../ui/Icon';
import { JsonField } from './JsonField';
import { type Complaint, type Json, kindOf, type Schema } from './schema';
import { Fields } from './Fields';

/** A form for any object a JSON Schema describes, with the bare JSON as the way out. */
export function SchemaForm(props: {
  schema: Schema;
  value: Json | undefined;
  complaints: readonly Complaint[];
  onChange: (value: Json | undefined) => void;
}) {
  const { schema, value, complaints, onChange } = props;
  const showable = kindOf(schema) === 'object';
  const [raw, setRaw] = useState(!showable);
  const own = complaints.filter((one) => one.pointer === '');
  return (
    <div className="form">
      {showable && (
        <div className="form-switch">
          <button type="button" className="button-bare button-small" aria-pressed={raw} onClick={() => setRaw(!raw)}>
            <Icon name={raw ? 'back' : 'chevron'} size={14} /> {raw ? 'Back to the form' : 'As JSON'}
          </button>
        </div>
      )}
      {own.map((one) => (
        <p key={one.says} className="field-bad" role="alert">
          The input {one.says}.
        </p>
      ))}
      {raw ? (
        <JsonField label="Input as JSON" value={value} rows={12} onChange={onChange} />
      ) : (
        <Fields schema={schema} root={schema} value={value} pointer="" complaints={complaints} onChange={onChange} />
      )}
      {raw &&
        complaints
          .filter((one) => one.pointer !== '')
          .map((one) => (
            <p key={one.pointer + one.says} className="field-bad" role="alert">
              <code>{one.pointer}</code> {one.says}
            </p>
          ))}
    </div>
  );
}
