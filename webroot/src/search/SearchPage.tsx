import { useState } from 'react';
import { listCollections, listModels, search } from '../api/calls';
import { getSearchSettings } from '../api/tuning';
import { useLoad } from '../api/useLoad';
import { useReloadOnFeed } from '../api/useReloadOnFeed';
import { navigate, usePlace } from '../app/router';
import { useTitle } from '../app/useTitle';
import { ProblemNotice, Skeleton } from '../ui/Notice';
import { Facets } from './Facets';
import { asked, type Query, queryAddress, readQuery } from './query';
import { Results } from './Results';
import { SearchBox } from './SearchBox';
import { Start } from './Start';

/** The start page: words in, passages out. Everything asked stands in the address. */
export function SearchPage() {
  const { query: parameters } = usePlace();
  const query = readQuery(parameters);
  useTitle(query.words === '' ? '' : query.words);
  const collections = useLoad('collections', listCollections);
  const models = useLoad('models', listModels);
  const [one, ...others] = query.collections;
  const of = others.length === 0 ? one : undefined;
  const settings = useLoad(`search settings ${of ?? ''}`, (signal) => getSearchSettings(of, signal));
  const [scores, setScores] = useState(false);
  const key = query.words === '' ? null : queryAddress(query);
  const found = useLoad(key, (signal) => search({ ...asked(query), facets: true }, signal));
  const explained = useLoad(scores ? key : null, (signal) => search({ ...asked(query), explain: true }, signal));
  const change = (part: Partial<Query>) => navigate(queryAddress({ ...query, ...part }));
  useReloadOnFeed((news) => news.type === 'feed.gap' || news.final === true, collections.reload);

  return (
    <div className="search">
      <h1 className="search-title">Search your documents</h1>
      <SearchBox
        query={query}
        collections={collections.data}
        settings={settings.data?.settings}
        counts={found.data?.facets?.collections}
        reranks={models.data?.some(({ task }) => task === 'rerank') ?? false}
        onChange={change}
      />
      {key !== null && <Facets query={query} answer={found.data} onChange={change} />}
      {key === null && <Start collections={collections} />}
      {found.problem !== undefined && <ProblemNotice problem={found.problem} retry={found.reload} />}
      {key !== null && found.data === undefined && found.loading && <ResultsSkeleton />}
      {found.data !== undefined && (
        <Results
          query={query}
          answer={found.data}
          collections={collections.data}
          scores={scores}
          explained={explained.data}
          onScores={setScores}
          onChange={change}
        />
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
