import { type ReactNode, useId } from 'react';

/** A named control with its help and what is wrong with it. */
export function Field(props: {
  label: string;
  help?: string;
  wrong?: string | undefined;
  children: (id: string, described: string | undefined) => ReactNode;
}) {
  const id = useId();
  const help = props.help === undefined ? undefined : `${id}-help`;
  return (
    <div className="field">
      <label htmlFor={id}>{props.label}</label>
      {props.children(id, help)}
      {props.help !== undefined && (
        <p id={help} className="field-help">
          {props.help}
        </p>
      )}
      {props.wrong !== undefined && (
        <p className="field-bad" role="alert">
          {props.wrong}
        </p>
      )}
    </div>
  );
}
