import { useState } from 'react';
import type { TestQuery, TestSet } from '../api/client';
import { deleteTestQuery, replaceTestQuery } from '../api/tuning';
import { useAct } from '../api/useAct';
import { Link } from '../app/Link';
import { address } from '../app/router';
import { Icon } from '../ui/Icon';
import { ProblemNotice } from '../ui/Notice';
import { QueryForm } from './QueryForm';

/** A query with what it expects, to be searched for, changed or deleted. */
export function QueryRow(props: { set: TestSet; query: TestQuery; onChanged: () => void }) {
  const { set, query, onChanged } = props;
  const { act, busy, problem } = useAct();
  const [editing, setEditing] = useState(false);
  return (
    <li>
      <div className="tuning-query">
        <div>
          <Link
            className="tuning-words"
            title="Search for it, and press Expect this at what should be found"
            href={address('/', { q: query.query, in: set.collection ?? '' })}
          >
            {query.query}
          </Link>
          <ExpectedList of={query} />
        </div>
        <div className="actions row-actions">
          <button
            type="button"
            className="button-bare button-small"
            title="Edit"
            aria-label={`Edit ${query.query}`}
            aria-expanded={editing}
            onClick={() => setEditing(!editing)}
          >
            <Icon name="edit" size={16} />
          </button>
          <button
            type="button"
            className="button-bare button-small"
            disabled={busy}
            title="Delete"
            aria-label={`Delete ${query.query}`}
            onClick={() => act(deleteTestQuery(set.id, query.id), onChanged)}
          >
            <Icon name="trash" size={16} />
          </button>
        </div>
      </div>
      {problem !== null && <ProblemNotice problem={problem} />}
      {editing && (
        <QueryForm
          set={set}
          query={query}
          busy={busy}
          action="Save"
          onSave={(changed) =>
            act(replaceTestQuery(set.id, query.id, changed), () => {
              setEditing(false);
              onChanged();
            })
          }
          onClose={() => setEditing(false)}
        />
      )}
    </li>
  );
}

function ExpectedList({ of }: { of: TestQuery }) {
  if (of.expected.length === 0) return <p className="quiet">Expects nothing yet, so it is not measured.</p>;
  return (
    <ul className="tuning-expected">
      {of.expected.map((one) => (
        <li key={`${one.collection}/${one.document}`}>
          {one.documentId === undefined ? (
            <span className="warn" title={`There is no such document in ${one.collection}`}>
              <Icon name="warning" size={14} /> {one.document} is missing
            </span>
          ) : (
            <Link href={`/documents/${encodeURIComponent(one.documentId)}`}>{one.document}</Link>
          )}
          {one.grade > 1 && <span className="chip chip-quiet">grade {one.grade}</span>}
        </li>
      ))}
    </ul>
  );
}
