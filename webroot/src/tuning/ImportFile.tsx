import { useState } from 'react';
import type { NewTestQuery } from '../api/client';
import { Field } from '../form/Field';
import { fromFile } from './table';

/** Reads queries out of a file; none when it cannot be read, which is said. */
export function ImportFile({ onRead }: { onRead: (queries: NewTestQuery[]) => void }) {
  const [wrong, setWrong] = useState<string>();
  const read = async (file: File | undefined) => {
    setWrong(undefined);
    try {
      onRead(file === undefined ? [] : fromFile(file.name, await file.text()));
    } catch (thrown) {
      onRead([]);
      setWrong(thrown instanceof Error ? thrown.message : String(thrown));
    }
  };
  return (
    <Field
      label="Queries from a file"
      help="CSV with the columns query, document, collection and grade, or JSON as it is exported. The document is its file name."
      wrong={wrong}
    >
      {(id, described) => (
        <input
          id={id}
          type="file"
          accept=".csv,.tsv,.json,text/csv,application/json"
          aria-describedby={described}
          onChange={(event) => void read(event.target.files?.[0])}
        />
      )}
    </Field>
  );
}
