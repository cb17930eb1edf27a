import { Field } from '../form/Field';
import type { Fields } from './source';

interface Props {
  fields: Fields;
  wrong: (name: keyof Fields) => string | undefined;
  onChange: (part: Partial<Fields>) => void;
}

/** Where the source lies, and which of the files there are meant. */
export function PlaceFields(props: Props) {
  switch (props.fields.kind) {
    case 'directory':
      return (
        <>
          <Line
            {...props}
            name="path"
            label="Directory"
            placeholder="/srv/handbook"
            help="An absolute path on the server, below a directory that its operator allows with documents.roots."
          />
          <Globs {...props} />
        </>
      );
    case 'web':
      return (
        <Lines
          {...props}
          name="urls"
          label="Addresses"
          placeholder="https://example.org/news.html"
          help="One in a line; pages or files on public hosts. Links are not followed."
        />
      );
    case 's3':
      return (
        <>
          <div className="form-row">
            <Line {...props} name="connection" label="Connection" help="By its name under s3 in the settings." />
            <Line {...props} name="bucket" label="Bucket" />
            <Line {...props} name="prefix" label="Prefix" placeholder="handbook/" help="What the keys begin with." />
          </div>
          <Globs {...props} />
        </>
      );
  }
}

function Globs(props: Props) {
  return (
    <div className="form-row">
      <Lines {...props} name="include" label="Only these" placeholder="*.md" help="One pattern in a line; all files when empty." />
      <Lines {...props} name="exclude" label="But not these" placeholder="drafts/**" help="** stands for folders too." />
    </div>
  );
}

interface Text extends Props {
  name: 'path' | 'urls' | 'connection' | 'bucket' | 'prefix' | 'include' | 'exclude';
  label: string;
  placeholder?: string;
  help?: string;
}

function Line({ fields, wrong, onChange, name, label, placeholder, help }: Text) {
  return (
    <Field label={label} {...(help === undefined ? {} : { help })} wrong={wrong(name)}>
      {(id, described) => (
        <input
          id={id}
          className="mono"
          aria-describedby={described}
          placeholder={placeholder}
          maxLength={1000}
          spellCheck={false}
          autoCapitalize="off"
          value={fields[name]}
          onChange={(event) => onChange({ [name]: event.target.value })}
        />
      )}
    </Field>
  );
}

function Lines({ fields, wrong, onChange, name, label, placeholder, help }: Text) {
  return (
    <Field label={label} {...(help === undefined ? {} : { help })} wrong={wrong(name)}>
      {(id, described) => (
        <textarea
          id={id}
          className="mono grows"
          aria-describedby={described}
          placeholder={placeholder}
          spellCheck={false}
          autoCapitalize="off"
          value={fields[name]}
          onChange={(event) => onChange({ [name]: event.target.value })}
        />
      )}
    </Field>
  );
}
