import { listCollections, search } from '../api/calls';
import { useLoad } from '../api/useLoad';
import { useReloadOnFeed } from '../api/useReloadOnFeed';
import { navigate, usePlace } from '../app/router';
import { useTitle } from '../app/useTitle';
import { ProblemNotice, Skeleton } from '../ui/Notice';
import { type Query, queryAddress, readQuery } from './query';
import { Results } from './Results';
import { SearchBox } from './SearchBox';
import { Start } from './Start';

/** The start page: words in, passages out. Everything asked stands in the address. */
export function SearchPage() {
  const { query: parameters } = usePlace();
  const query = readQuery(parameters);
  useTitle(query.words === '' ? '' : query.words);
  const collections = useLoad('collections', listCollections);
  const asked = query.words === '' ? null : queryAddress(query);
  const found = useLoad(asked, (signal) =>
    search(
      { query: query.words, collections: [...query.collections], mode: query.mode, limit: query.limit },
      signal,
    ),
  );
  const change = (part: Partial<Query>) => navigate(queryAddress({ ...query, ...part }));
  useReloadOnFeed((news) => news.type === 'feed.gap' || news.final === true, collections.reload);

  return (
    <div className="search">
      <h1 className="search-title">Search your documents</h1>
      <SearchBox query={query} collections={collections.data} onChange={change} />
      {asked === null && <Start collections={collections} />}
      {found.problem !== undefined && <ProblemNotice problem={found.problem} retry={found.reload} />}
      {asked !== null && found.data === undefined && found.loading && <ResultsSkeleton />}
      {found.data !== undefined && (
        <Results query={query} answer={found.data} collections={collections.data} onChange={change} />
      )}
    </div>
  );
}

function ResultsSkeleton() {
  return (
    <div className="results" aria-busy="true">
      <p className="results-summary">Searching…</p>
      {[0, 1, 2].map((i) => (
        <div key={i} className="card result">
          <Skeleton lines={4} label="Searching" />
        </div>
      ))}
    </div>
  );
}
