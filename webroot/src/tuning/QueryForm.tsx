import { type SubmitEvent, useState } from 'react';
import { search } from '../api/calls';
import type { NewTestQuery, TestQuery, TestSet } from '../api/client';
import { useLoad } from '../api/useLoad';
import { Field } from '../form/Field';
import { Icon } from '../ui/Icon';
import { ProblemNotice, Skeleton } from '../ui/Notice';

interface Expected {
  readonly collection: string;
  readonly document: string;
  readonly grade: number;
}

const gradeMax = 10;

/** A query and the documents it should find, which are picked by searching. */
export function QueryForm(props: {
  set: TestSet;
  query?: TestQuery;
  busy: boolean;
  action: string;
  onSave: (query: NewTestQuery) => void;
  onClose: () => void;
}) {
  const { set, query, busy, action, onSave, onClose } = props;
  const [words, setWords] = useState(query?.query ?? '');
  const [expected, setExpected] = useState<readonly Expected[]>(
    () => query?.expected.map(({ collection, document, grade }) => ({ collection, document, grade })) ?? [],
  );
  const without = (one: Expected) => expected.filter((other) => !same(one, other));
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    onSave({ query: words, expected: expected.map((one) => ({ ...one })) });
  };
  return (
    <form className="card task-form" onSubmit={submit} aria-label={query === undefined ? 'New query' : 'Edit query'}>
      <Field label="Query">
        {(id) => (
          <input id={id} required maxLength={2000} value={words} autoFocus onChange={(e) => setWords(e.target.value)} />
        )}
      </Field>
      {expected.length > 0 && (
        <ul className="tuning-picked" aria-label="Expected documents">
          {expected.map((one) => (
            <li key={`${one.collection}/${one.document}`}>
              <span>{one.document}</span>
              <label>
                grade{' '}
                <input
                  type="number"
                  min={1}
                  max={gradeMax}
                  required
                  value={one.grade}
                  onChange={(e) =>
                    setExpected(
                      expected.map((other) =>
                        same(one, other) ? { ...one, grade: Math.trunc(e.target.valueAsNumber) || 1 } : other,
                      ),
                    )
                  }
                />
              </label>
              <button
                type="button"
                className="button-bare button-small"
                aria-label={`Do not expect ${one.document}`}
                onClick={() => setExpected(without(one))}
              >
                <Icon name="close" size={15} />
              </button>
            </li>
          ))}
        </ul>
      )}
      <Picker
        collection={set.collection}
        suggested={words}
        picked={expected}
        onPick={(one) => setExpected([...without(one), one])}
      />
      <div className="actions">
        <button type="submit" className="button button-primary" disabled={busy || words.trim() === ''}>
          {action}
        </button>
        <button type="button" className="button" onClick={onClose}>
          Cancel
        </button>
      </div>
    </form>
  );
}

function same(one: Expected, other: Expected): boolean {
  return one.collection === other.collection && one.document === other.document;
}

/** Finds documents by words of theirs; they may be other words than those of the query. */
function Picker(props: {
  collection: string | undefined;
  suggested: string;
  picked: readonly Expected[];
  onPick: (one: Expected) => void;
}) {
  const { collection, suggested, picked, onPick } = props;
  const [words, setWords] = useState('');
  const [asked, setAsked] = useState<string | null>(null);
  const found = useLoad(asked === null ? null : `pick ${collection ?? ''} ${asked}`, (signal) =>
    search(
      {
        query: asked ?? '',
        limit: 10,
        passagesPerDocument: 1,
        ...(collection === undefined ? {} : { collections: [collection] }),
      },
      signal,
    ),
  );
  const look = () => setAsked((words.trim() || suggested.trim()) || null);
  return (
    <Field label="Find a document to expect" help="By any words of it; without words, by those of the query.">
      {(id, described) => (
        <>
          <div className="tuning-pick">
            <input
              id={id}
              type="search"
              aria-describedby={described}
              value={words}
              maxLength={2000}
              onChange={(e) => setWords(e.target.value)}
              onKeyDown={(event) => {
                if (event.key !== 'Enter') return;
                event.preventDefault();
                look();
              }}
            />
            <button type="button" className="button" onClick={look}>
              <Icon name="search" size={16} /> Find
            </button>
          </div>
          {found.problem !== undefined && <ProblemNotice problem={found.problem} retry={found.reload} />}
          {asked !== null && found.data === undefined && found.loading && <Skeleton lines={3} label="Searching" />}
          {found.data?.hits.length === 0 && <p className="quiet">Nothing was found.</p>}
          {found.data !== undefined && found.data.hits.length > 0 && (
            <ul className="tuning-found" aria-label="Documents found">
              {found.data.hits.map((hit) => {
                const one = { collection: hit.collection, document: hit.documentName, grade: 1 };
                const there = picked.some((other) => same(one, other));
                return (
                  <li key={hit.documentId}>
                    <button type="button" className="button button-small" disabled={there} onClick={() => onPick(one)}>
                      {there ? 'Expected' : 'Expect'}
                    </button>
                    <span>
                      {hit.documentTitle}
                      <span className="quiet table-sub">
                        {hit.collection} · {hit.documentName}
                      </span>
                    </span>
                  </li>
                );
              })}
            </ul>
          )}
        </>
      )}
    </Field>
  );
}
