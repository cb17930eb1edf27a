import { useId, useState } from 'react';
import { Icon } from '../ui/Icon';
import { Control, type ControlProps } from './Control';
import { blank, type Complaint, type Json, kindOf, resolve, type Schema } from './schema';

interface Part {
  readonly schema: Schema;
  /** Where references are looked up. */
  readonly root: Schema;
  readonly value: Json | undefined;
  readonly pointer: string;
  readonly complaints: readonly Complaint[];
  readonly onChange: (value: Json | undefined) => void;
}

function isObject(value: Json | undefined): value is { [name: string]: Json | undefined } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The members of an object, those that must be there first as the schema has them. */
export function Fields({ schema, root, value, pointer, complaints, onChange }: Part) {
  const members = isObject(value) ? value : {};
  const change = (name: string, next: Json | undefined) => {
    const { [name]: _before, ...others } = members;
    onChange(next === undefined ? others : { ...others, [name]: next });
  };
  return Object.entries(schema.properties ?? {}).map(([name, member]) => (
    <Field
      key={name}
      name={name}
      required={schema.required?.includes(name) ?? false}
      schema={resolve(member, root)}
      root={root}
      value={members[name]}
      pointer={`${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`}
      complaints={complaints}
      onChange={(next) => change(name, next)}
    />
  ));
}

/** One member: its name, its control, what it means, and what is wrong with it. */
function Field(props: Part & { name: string; required: boolean }) {
  const { name, required, schema, root, value, pointer, complaints, onChange } = props;
  const ids = { control: useId(), help: useId(), bad: useId() };
  const kind = kindOf(schema);
  const mine = complaints.filter((one) => one.pointer === pointer);
  const label = schema.title ?? name;
  const says = (
    <>
      {schema.description !== undefined && (
        <p id={ids.help} className="field-help">
          {schema.description}
        </p>
      )}
      {mine.map((one) => (
        <p key={one.says} id={ids.bad} className="field-bad" role="alert">
          {label} {one.says}.
        </p>
      ))}
    </>
  );

  if (kind === 'object' || kind === 'list') {
    return (
      <fieldset className="field field-group">
        <legend>
          {label}
          {required && <Needed />}
        </legend>
        {says}
        {kind === 'object' ? (
          <Fields {...{ schema, root, value, pointer, complaints, onChange }} />
        ) : (
          <List {...{ schema, root, value, pointer, complaints, onChange }} label={label} />
        )}
      </fieldset>
    );
  }
  const control: ControlProps = {
    id: ids.control,
    kind,
    schema,
    value,
    required,
    label,
    invalid: mine.length > 0,
    describedBy: [schema.description === undefined ? '' : ids.help, mine.length > 0 ? ids.bad : ''].join(' ').trim(),
    onChange,
  };
  return (
    <div className={`field field-${kind}`}>
      {kind === 'boolean' && <Control {...control} />}
      <label htmlFor={ids.control}>
        {label}
        {required && <Needed />}
      </label>
      {kind !== 'boolean' && <Control {...control} />}
      {says}
    </div>
  );
}

function Needed() {
  return (
    <span className="needed" title="needed">
      {' '}
      *<span className="visually-hidden"> (needed)</span>
    </span>
  );
}

/** Entries that can be added and taken away. */
function List({ schema, root, value, pointer, complaints, onChange, label }: Part & { label: string }) {
  const items = resolve(schema.items ?? {}, root);
  const entries = Array.isArray(value) ? value : [];
  const kind = kindOf(items);
  const full = schema.maxItems !== undefined && entries.length >= schema.maxItems;
  // Entries keep what is typed into them when one before them is taken away.
  const [keys, setKeys] = useState<readonly number[]>(() => entries.map((_, i) => i));
  const replace = (at: number, next: Json | undefined) =>
    onChange(entries.map((one, i) => (i === at ? (next ?? blank(items, root)) : one)));
  const remove = (at: number) => {
    const left = entries.filter((_, i) => i !== at);
    setKeys(keys.filter((_, i) => i !== at));
    onChange(left.length === 0 && (schema.minItems ?? 0) === 0 ? undefined : left);
  };
  const add = () => {
    setKeys([...keys, Math.max(-1, ...keys) + 1]);
    onChange([...entries, blank(items, root)]);
  };
  return (
    <>
      <ul className="list-field">
        {entries.map((entry, i) => {
          const at = `${pointer}/${i}`;
          const mine = complaints.filter((one) => one.pointer === at);
          const name = `${label} ${i + 1}`;
          return (
            <li key={keys[i] ?? `new ${i}`}>
              <div className={kind === 'object' ? 'list-entry list-entry-object' : 'list-entry'}>
                {kind === 'object' ? (
                  <Fields
                    schema={items}
                    root={root}
                    value={entry}
                    pointer={at}
                    complaints={complaints}
                    onChange={(next) => replace(i, next)}
                  />
                ) : (
                  <Control
                    kind={kind === 'list' ? 'json' : kind}
                    schema={items}
                    value={entry ?? undefined}
                    required
                    label={name}
                    invalid={mine.length > 0}
                    onChange={(next) => replace(i, next)}
                  />
                )}
                {mine.map((one) => (
                  <p key={one.says} className="field-bad" role="alert">
                    {name} {one.says}.
                  </p>
                ))}
              </div>
              <button type="button" className="button-bare" aria-label={`Remove ${name}`} onClick={() => remove(i)}>
                <Icon name="close" size={16} />
              </button>
            </li>
          );
        })}
      </ul>
      <button
        type="button"
        className="button button-small"
        disabled={full}
        onClick={add}
      >
        <Icon name="plus" size={15} /> Add to {label}
      </button>
    </>
  );
}
