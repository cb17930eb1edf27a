// The operations the pages use, one line each: what is asked, and nothing of how.
import {
  answer,
  api,
  type ChildPage,
  type DeadLetterFilter,
  type DocumentChange,
  problemFrom,
  type ScheduleRequest,
  type SearchRequest,
  type SourceChange,
  type SourceRequest,
  type TaskRequest,
  type TaskStatus,
} from './client';

export const listCollections = (signal: AbortSignal) =>
  answer(api.GET('/api/v1/collections', { signal })).then((page) => page.items);

export const listHandlers = (signal: AbortSignal) =>
  answer(api.GET('/api/v1/handlers', { signal })).then((page) => page.items);

export const pauseHandler = (name: string, paused: boolean) =>
  answer(
    paused
      ? api.POST('/api/v1/handlers/{name}/pause', { params: { path: { name } } })
      : api.POST('/api/v1/handlers/{name}/resume', { params: { path: { name } } }),
  );

export const listModels = (signal: AbortSignal) =>
  answer(api.GET('/api/v1/models', { signal })).then((page) => page.items);

export const moveModel = (name: string, to: 'load' | 'unload') =>
  answer(
    to === 'load'
      ? api.POST('/api/v1/models/{name}/load', { params: { path: { name } } })
      : api.POST('/api/v1/models/{name}/unload', { params: { path: { name } } }),
  );

export const getSystem = (signal: AbortSignal) => answer(api.GET('/api/v1/system', { signal }));

export const search = (ask: SearchRequest, signal: AbortSignal) =>
  answer(api.POST('/api/v1/search', { body: ask, signal }));

/** How many passages match. */
export const countMatches = (ask: SearchRequest, signal: AbortSignal) =>
  search({ ...ask, limit: 1 }, signal).then(({ total }) => total);

export interface TaskFilter {
  readonly status?: TaskStatus;
  readonly handler?: string;
  readonly q?: string;
  readonly from?: string;
  readonly cursor?: string;
  readonly limit?: number;
}

export const listTasks = (query: TaskFilter, signal?: AbortSignal) =>
  answer(api.GET('/api/v1/tasks', { params: { query }, signal: signal ?? null }));

export const getTask = (id: string, signal?: AbortSignal) =>
  answer(api.GET('/api/v1/tasks/{id}', { params: { path: { id } }, signal: signal ?? null }));

export interface ChildFilter {
  readonly status?: Exclude<keyof NonNullable<ChildPage['counts']>, 'total'>;
  readonly limit?: number;
}

/** What a task submitted, none for one that is no job. */
export const listChildren = (id: string, query: ChildFilter, signal?: AbortSignal) =>
  answer(api.GET('/api/v1/tasks/{id}/children', { params: { path: { id }, query }, signal: signal ?? null }));

export const cancelTask = (id: string) => answer(api.DELETE('/api/v1/tasks/{id}', { params: { path: { id } } }));

export const submitTask = (body: TaskRequest, key: string) =>
  answer(api.POST('/api/v1/tasks', { body, params: { header: { 'Idempotency-Key': key } } }));

/** An Idempotency-Key; `randomUUID` is missing where pages come without TLS from another machine. */
export function newKey(): string {
  const random = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(random, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export const listDeadLetters = (
  query: DeadLetterFilter & { cursor?: string; limit?: number },
  signal?: AbortSignal,
) => answer(api.GET('/api/v1/dlq/messages', { params: { query }, signal: signal ?? null }));

export const getDeadLetter = (id: string, signal?: AbortSignal) =>
  answer(api.GET('/api/v1/dlq/messages/{id}', { params: { path: { id } }, signal: signal ?? null }));

export const retryDeadLetter = (id: string) =>
  answer(api.POST('/api/v1/dlq/messages/{id}/retry', { params: { path: { id } } }));

export async function deleteDeadLetter(id: string): Promise<void> {
  const { error, response } = await api.DELETE('/api/v1/dlq/messages/{id}', { params: { path: { id } } });
  if (!response.ok) throw problemFrom(response.status, error);
}

/** How many dead letters match, up to `limit`. */
export const countDeadLetters = (filter: DeadLetterFilter, limit: number, signal?: AbortSignal) =>
  answer(api.POST('/api/v1/dlq/retry', { body: { filter, limit, dryRun: true }, signal: signal ?? null })).then(
    ({ matched = 0, more }) => ({ matched, more }),
  );

export const retryDeadLetters = (filter: DeadLetterFilter, limit: number, perSecond?: number) =>
  answer(
    api.POST('/api/v1/dlq/retry', { body: { filter, limit, ...(perSecond === undefined ? {} : { perSecond }) } }),
  ).then(({ retried = 0, more }) => ({ retried, more }));

export const listSchedules = (cursor: string | undefined, signal?: AbortSignal) =>
  answer(
    api.GET('/api/v1/schedules', { params: { query: cursor === undefined ? {} : { cursor } }, signal: signal ?? null }),
  );

export const getSchedule = (id: string, signal?: AbortSignal) =>
  answer(api.GET('/api/v1/schedules/{id}', { params: { path: { id } }, signal: signal ?? null }));

/** Creates a schedule, or puts `body` in the place of the one with that id. */
export const saveSchedule = (id: string | undefined, body: ScheduleRequest) =>
  answer(
    id === undefined
      ? api.POST('/api/v1/schedules', { body })
      : api.PUT('/api/v1/schedules/{id}', { params: { path: { id } }, body }),
  );

export async function deleteSchedule(id: string): Promise<void> {
  const { error, response } = await api.DELETE('/api/v1/schedules/{id}', { params: { path: { id } } });
  if (!response.ok) throw problemFrom(response.status, error);
}

export const pauseSchedule = (id: string, paused: boolean) =>
  answer(
    paused
      ? api.POST('/api/v1/schedules/{id}/pause', { params: { path: { id } } })
      : api.POST('/api/v1/schedules/{id}/resume', { params: { path: { id } } }),
  );

/** Submits the task of a schedule now; the answer is the task. */
export const runSchedule = (id: string, key: string) =>
  answer(
    api.POST('/api/v1/schedules/{id}/run', { params: { path: { id }, header: { 'Idempotency-Key': key } } }),
  );

export const previewSchedule = (cron: string, timeZone: string, signal: AbortSignal) =>
  answer(api.POST('/api/v1/schedules/preview', { body: { cron, timeZone }, signal })).then((page) => page.nextFireTimes);

export const listDocuments = (name: string, cursor: string | undefined, signal?: AbortSignal) =>
  answer(
    api.GET('/api/v1/collections/{name}/documents', {
      params: { path: { name }, query: cursor === undefined ? {} : { cursor } },
      signal: signal ?? null,
    }),
  );

export const getDocument = (id: string, signal?: AbortSignal) =>
  answer(api.GET('/api/v1/documents/{id}', { params: { path: { id } }, signal: signal ?? null }));

export async function deleteDocument(id: string): Promise<void> {
  const { error, response } = await api.DELETE('/api/v1/documents/{id}', { params: { path: { id } } });
  if (!response.ok) throw problemFrom(response.status, error);
}

/** All passages of a document, page after page. */
export async function getPassages(id: string, signal: AbortSignal) {
  const all = [];
  let cursor: string | undefined;
  do {
    const page = await answer(
      api.GET('/api/v1/documents/{id}/passages', {
        params: { path: { id }, query: cursor === undefined ? { limit: 200 } : { limit: 200, cursor } },
        signal,
      }),
    );
    all.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined);
  return all;
}

export const getText = (id: string, signal: AbortSignal) =>
  answer(api.GET('/api/v1/documents/{id}/text', { params: { path: { id } }, parseAs: 'text', signal }));

/** Makes a document found or not found by search, or tags it anew. */
export const changeDocument = (id: string, body: DocumentChange) =>
  answer(api.PATCH('/api/v1/documents/{id}', { params: { path: { id } }, body }));

/** Takes the text out of the bytes that are there once more. */
export const reprocessDocument = (id: string) =>
  answer(api.POST('/api/v1/documents/{id}/reprocess', { params: { path: { id } } }));

/** The same for the newest thousand that failed, as one job. */
export const retryFailedDocuments = (name: string) =>
  answer(
    api.POST('/api/v1/collections/{name}/reprocess', { params: { path: { name }, query: { status: 'failed' } } }),
  );

export const originalOf = (id: string) => `/api/v1/documents/${encodeURIComponent(id)}/original`;

/** The passages of one document that hold the words, with where they stand. */
export const searchInDocument = (id: string, query: string, signal: AbortSignal) =>
  answer(
    api.POST('/api/v1/search', {
      body: { query, mode: 'keyword', limit: 100, filters: { documents: [id] } },
      signal,
    }),
  );

export const listSources = (signal?: AbortSignal) =>
  answer(api.GET('/api/v1/sources', { signal: signal ?? null })).then((page) => page.items);

export const getSource = (id: string, signal?: AbortSignal) =>
  answer(api.GET('/api/v1/sources/{id}', { params: { path: { id } }, signal: signal ?? null }));

export const createSource = (body: SourceRequest) => answer(api.POST('/api/v1/sources', { body }));

/** What the body leaves out stays. */
export const changeSource = (id: string, body: SourceChange) =>
  answer(api.PATCH('/api/v1/sources/{id}', { params: { path: { id } }, body }));

export async function deleteSource(id: string): Promise<void> {
  const { error, response } = await api.DELETE('/api/v1/sources/{id}', { params: { path: { id } } });
  if (!response.ok) throw problemFrom(response.status, error);
}

/** Syncs a source now; the answer is the task that does, an older one where one runs already. */
export const syncSource = (id: string) => answer(api.POST('/api/v1/sources/{id}/sync', { params: { path: { id } } }));
