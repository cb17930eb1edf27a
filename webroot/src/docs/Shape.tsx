import { nameOf, type SchemaNode } from './contract';
import { Prose } from './Prose';

/** A type in a few words; named ones are links to their description. */
export function TypeName({ schema }: { schema: SchemaNode }) {
  const name = nameOf(schema);
  if (name !== null) return <a href={`#schema-${name}`}>{name}</a>;
  if (schema.items !== undefined) {
    return (
      <>
        list of <TypeName schema={schema.items} />
      </>
    );
  }
  const values = schema.additionalProperties;
  if (schema.properties === undefined && typeof values === 'object') {
    return (
      <>
        map of <TypeName schema={values} />
      </>
    );
  }
  const type = Array.isArray(schema.type) ? schema.type.join(' or ') : schema.type;
  return <>{(type as string | undefined) ?? 'any JSON'}</>;
}

/** What a value must keep to, in a few words. */
export function Bounds({ schema }: { schema: SchemaNode }) {
  const said: string[] = [];
  const between = (low: number | undefined, high: number | undefined, unit: string) => {
    if (low !== undefined && high !== undefined) said.push(`${low} to ${high}${unit}`);
    else if (low !== undefined) said.push(`at least ${low}${unit}`);
    else if (high !== undefined) said.push(`at most ${high}${unit}`);
  };
  between(schema.minimum, schema.maximum, '');
  between(schema.minLength, schema.maxLength, ' characters');
  between(schema.minItems, schema.maxItems, ' entries');
  if (schema.format !== undefined) said.push(schema.format);
  if (schema.default !== undefined) said.push(`default ${JSON.stringify(schema.default)}`);
  return (
    <>
      {schema.enum !== undefined && (
        <span className="enum">
          {schema.enum.map((value) => (
            <code key={String(value)}>{String(value)}</code>
          ))}
        </span>
      )}
      {said.length > 0 && <span className="quiet">{said.join(', ')}</span>}
      {schema.pattern !== undefined && <code className="pattern">{schema.pattern}</code>}
    </>
  );
}

/** The members of an object, nested ones included. */
export function Members({ schema }: { schema: SchemaNode }) {
  return (
    <dl className="members">
      {Object.entries(schema.properties ?? {}).map(([name, member]) => (
        <div key={name}>
          <dt>
            <code>{name}</code>
            {schema.required?.includes(name) && <span className="needed"> *</span>}
          </dt>
          <dd>
            <span className="member-type">
              <TypeName schema={member} /> <Bounds schema={member} />
            </span>
            {member.description !== undefined && <Prose text={member.description} />}
            {member.$ref === undefined && member.properties !== undefined && <Members schema={member} />}
          </dd>
        </div>
      ))}
    </dl>
  );
}
