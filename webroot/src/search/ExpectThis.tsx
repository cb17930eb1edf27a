import { type SubmitEvent, useState } from 'react';
import type { Hit, TestSet } from '../api/client';
import { addTestQueries, createTestSet, listTestSets } from '../api/tuning';
import { useAct } from '../api/useAct';
import { useLoad } from '../api/useLoad';
import { Link } from '../app/Link';
import { Field } from '../form/Field';
import { Dialog } from '../ui/Dialog';
import { Icon } from '../ui/Icon';
import { ProblemNotice, Skeleton } from '../ui/Notice';
import type { Query } from './query';

/** The test set that was chosen last, until the page is loaded anew. */
let latest: string | null = null;

/** Lets a person say that the question should find this document. */
export function ExpectThis({ query, hit }: { query: Query; hit: Hit }) {
  const { words } = query;
  const [asking, setAsking] = useState(false);
  const [kept, setKept] = useState<{ words: string; set: Pick<TestSet, 'id' | 'name'> } | null>(null);
  return (
    <>
      {kept?.words === words ? (
        <span className="expect good" role="status">
          <Icon name="check" size={15} /> Expected in <Link href={`/tuning/${kept.set.id}`}>{kept.set.name}</Link>
        </span>
      ) : (
        <button
          type="button"
          className="button-bare button-small expect"
          title="Keep this question with this document, to measure how well the search finds it"
          aria-label={`Expect ${hit.documentTitle}`}
          onClick={() => setAsking(true)}
        >
          Expect this
        </button>
      )}
      {asking && (
        <Ask
          query={query}
          hit={hit}
          onKept={(set) => {
            setKept({ words, set });
            setAsking(false);
          }}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}

function Ask(props: {
  query: Query;
  hit: Hit;
  onKept: (set: Pick<TestSet, 'id' | 'name'>) => void;
  onClose: () => void;
}) {
  const { query, hit, onKept, onClose } = props;
  const { words, collections } = query;
  const [one, ...others] = collections;
  const sets = useLoad('test sets', listTestSets);
  const { act, busy, problem } = useAct();
  const [chosen, setChosen] = useState<string | null>(latest);
  const [name, setName] = useState('');
  const [grade, setGrade] = useState(1);
  const set = sets.data?.find(({ id }) => id === chosen) ?? (chosen === '' ? undefined : sets.data?.[0]);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const queries = [{ query: words, expected: [{ documentId: hit.documentId, grade }] }];
    act(
      set === undefined
        ? createTestSet({
            name: name.trim(),
            queries,
            // What is searched now is where the question is asked.
            ...(one === undefined || others.length > 0 ? {} : { collection: one }),
          })
        : addTestQueries(set.id, queries).then(() => set),
      (keeping) => {
        latest = keeping.id;
        onKept(keeping);
      },
    );
  };
  return (
    <Dialog title="Expect this document?" onClose={onClose}>
      <form className="dialog-text dialog-form" onSubmit={submit}>
        <p>
          <b>{words}</b> should find <b>{hit.documentTitle}</b>.
        </p>
        {sets.problem !== undefined && <ProblemNotice problem={sets.problem} retry={sets.reload} />}
        {sets.data === undefined && sets.problem === undefined && <Skeleton lines={2} label="Loading test sets" />}
        {sets.data !== undefined && sets.data.length > 0 && (
          <Field label="Test set">
            {(id) => (
              <select id={id} value={set?.id ?? ''} onChange={(event) => setChosen(event.target.value)}>
                {sets.data?.map((one) => (
                  <option key={one.id} value={one.id}>
                    {one.name}
                  </option>
                ))}
                <option value="">A new one</option>
              </select>
            )}
          </Field>
        )}
        {sets.data !== undefined && set === undefined && (
          <Field label="Name of the new test set">
            {(id) => (
              <input
                id={id}
                required
                maxLength={80}
                placeholder="Questions of support"
                value={name}
                onChange={(event) => setName(event.target.value)}
              />
            )}
          </Field>
        )}
        <Field label="How relevant is it?">
          {(id) => (
            <select id={id} value={grade} onChange={(event) => setGrade(Number(event.target.value))}>
              <option value={1}>Relevant</option>
              <option value={2}>Very relevant</option>
              <option value={3}>Exactly what is asked for</option>
            </select>
          )}
        </Field>
        {problem !== null && <ProblemNotice problem={problem} />}
        <div className="actions actions-end">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button
            type="submit"
            className="button button-primary"
            disabled={busy || sets.data === undefined || (set === undefined && name.trim() === '')}
          >
            Expect it
          </button>
        </div>
      </form>
    </Dialog>
  );
}
