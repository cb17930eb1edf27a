import {
  answer,
  api,
  type NewTestQuery,
  problemFrom,
  type SearchSettings,
  type TestRunRequest,
  type TestSetChange,
  type TestSetRequest,
} from './client';

export const listTestSets = (signal?: AbortSignal) =>
  answer(api.GET('/api/v1/test-sets', { signal: signal ?? null })).then((page) => page.items);

export const getTestSet = (id: string, signal?: AbortSignal) =>
  answer(api.GET('/api/v1/test-sets/{id}', { params: { path: { id } }, signal: signal ?? null }));

export const createTestSet = (body: TestSetRequest) => answer(api.POST('/api/v1/test-sets', { body }));

/** What `body` leaves out stays. */
export const changeTestSet = (id: string, body: TestSetChange) =>
  answer(api.PATCH('/api/v1/test-sets/{id}', { params: { path: { id } }, body }));

export async function deleteTestSet(id: string): Promise<void> {
  const { error, response } = await api.DELETE('/api/v1/test-sets/{id}', { params: { path: { id } } });
  if (!response.ok) throw problemFrom(response.status, error);
}

/** Adds queries; of one that is there already, what it expects is added. */
export const addTestQueries = (id: string, queries: NewTestQuery[]) =>
  answer(api.POST('/api/v1/test-sets/{id}/queries', { params: { path: { id } }, body: { queries } })).then(
    (page) => page.items,
  );

export const replaceTestQuery = (id: string, query: string, body: NewTestQuery) =>
  answer(api.PUT('/api/v1/test-sets/{id}/queries/{query}', { params: { path: { id, query } }, body }));

export async function deleteTestQuery(id: string, query: string): Promise<void> {
  const { error, response } = await api.DELETE('/api/v1/test-sets/{id}/queries/{query}', {
    params: { path: { id, query } },
  });
  if (!response.ok) throw problemFrom(response.status, error);
}

export const listTestRuns = (id: string, signal?: AbortSignal) =>
  answer(api.GET('/api/v1/test-sets/{id}/runs', { params: { path: { id } }, signal: signal ?? null })).then(
    (page) => page.items,
  );

export const startTestRun = (id: string, body: TestRunRequest) =>
  answer(api.POST('/api/v1/test-sets/{id}/runs', { params: { path: { id } }, body }));

export const getTestRun = (id: string, signal?: AbortSignal) =>
  answer(api.GET('/api/v1/test-runs/{id}', { params: { path: { id } }, signal: signal ?? null }));

export async function deleteTestRun(id: string): Promise<void> {
  const { error, response } = await api.DELETE('/api/v1/test-runs/{id}', { params: { path: { id } } });
  if (!response.ok) throw problemFrom(response.status, error);
}

/** A run beside an earlier one. */
export const compareTestRuns = (id: string, before: string, signal?: AbortSignal) =>
  answer(
    api.GET('/api/v1/test-runs/{id}/comparison/{before}', {
      params: { path: { id, before } },
      signal: signal ?? null,
    }),
  );

const of = (collection: string | undefined) => (collection === undefined ? {} : { collection });

/** How searches of a collection, or of all, are answered that do not say it themselves. */
export const getSearchSettings = (collection: string | undefined, signal?: AbortSignal) =>
  answer(api.GET('/api/v1/search/settings', { params: { query: of(collection) }, signal: signal ?? null }));

export const putSearchSettings = (collection: string | undefined, body: SearchSettings) =>
  answer(api.PUT('/api/v1/search/settings', { params: { query: of(collection) }, body }));

/** Forgets them; the answer is what holds from now on. */
export const deleteSearchSettings = (collection: string | undefined) =>
  answer(api.DELETE('/api/v1/search/settings', { params: { query: of(collection) } }));
