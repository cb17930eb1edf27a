import { countMatches } from '../api/calls';
import type { Collection } from '../api/client';
import { useLoad } from '../api/useLoad';
import { Link } from '../app/Link';
import { plural } from '../ui/format';
import { Icon } from '../ui/Icon';
import { Empty } from '../ui/Notice';
import { facets, isNarrowed, named, wide } from './facets';
import { leftOf } from './PendingNotice';
import { loosened, phrasesOf } from './phrases';
import { asked, type Query, queryAddress } from './query';

/** Why nothing was found, and what would find something. */
export function NothingFound(props: {
  query: Query;
  collections: readonly Collection[] | undefined;
  onChange: (part: Partial<Query>) => void;
}) {
  const { query, collections, onChange } = props;
  const held = collections?.reduce((sum, one) => sum + one.documents, 0);
  if (held === 0) {
    return (
      <Empty title="There are no documents yet">
        <p>Search finds what you have put in.</p>
        <p>
          <Link className="button button-primary" href="/documents">
            <Icon name="upload" /> Add documents
          </Link>
        </p>
      </Empty>
    );
  }
  const searched = collections?.filter(({ name }) => query.collections.length === 0 || query.collections.includes(name));
  const failed = searched?.reduce((sum, one) => sum + one.failed, 0) ?? 0;
  const phrases = phrasesOf(query.words);
  return (
    <Empty title={leftOf(searched) > 0 ? 'Nothing found yet' : 'Nothing found'}>
      <p>
        No passage {query.collections.length > 0 && <>in {query.collections.join(', ')} </>}
        {phrases.length > 0 ? (
          <>
            holds {phrases.length === 1 ? 'the phrase' : 'all the phrases'} <b>{phrases.join(', ')}</b>
          </>
        ) : (
          <>
            matches <b>{query.words}</b>
          </>
        )}
        {isNarrowed(query) && <> and is {narrowedTo(query)}</>}.
      </p>
      {(isNarrowed(query) || query.collections.length > 0) && <Wider {...{ query, onChange }} />}
      <div className="actions actions-center">
        {phrases.length > 0 && loosened(query.words) !== '' && (
          <button type="button" className="button" onClick={() => onChange({ words: loosened(query.words) })}>
            Search without quotation marks
          </button>
        )}
        {query.mode !== null && query.mode !== 'hybrid' && (
          <button type="button" className="button" onClick={() => onChange({ mode: 'hybrid' })}>
            Search by words and meaning
          </button>
        )}
      </div>
      {failed > 0 && (
        <p>
          {plural(failed, 'document')} could not be read. <Link href="/documents">See which</Link>
        </p>
      )}
      <p className="quiet">Fewer or more common words often help.</p>
    </Empty>
  );
}

/** The filters in words: "PDF or HTML, in Russian, tagged law". */
function narrowedTo(query: Query): string {
  const said = { mediaTypes: '', languages: 'in ', tags: 'tagged ', sources: 'from ' };
  const parts = facets
    .filter(({ facet }) => query[facet].length > 0)
    .map(({ facet }) => said[facet] + query[facet].map((value) => named(facet, value)).join(' or '));
  return [...parts, ...(query.since === null ? [] : [`not older than a ${query.since}`])].join(', ');
}

/** What dropping the filters, and then the collections too, would find. */
function Wider({ query, onChange }: { query: Query; onChange: (part: Partial<Query>) => void }) {
  const steps: { says: string; part: Partial<Query> }[] = [];
  if (isNarrowed(query)) steps.push({ says: 'Drop the filters', part: wide });
  if (query.collections.length > 0) {
    steps.push({ says: 'Search all collections', part: { ...wide, collections: [] } });
  }
  return (
    <ul className="wider">
      {steps.map(({ says, part }) => (
        <li key={says}>
          <Step says={says} query={{ ...query, ...part }} onClick={() => onChange(part)} />
        </li>
      ))}
    </ul>
  );
}

function Step({ says, query, onClick }: { says: string; query: Query; onClick: () => void }) {
  const found = useLoad(`count ${queryAddress(query)}`, (signal) => countMatches(asked(query), signal));
  return (
    <>
      <button type="button" className="button" disabled={found.data === 0} onClick={onClick}>
        {says}
      </button>
      {found.data !== undefined && (
        <span className="quiet"> {found.data === 0 ? 'finds nothing either' : `finds ${plural(found.data, 'passage')}`}</span>
      )}
    </>
  );
}
