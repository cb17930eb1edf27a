import { answer, api, problemFrom } from './client';

export const listGenerations = (signal?: AbortSignal) =>
  answer(api.GET('/api/v1/generations', { signal: signal ?? null })).then((page) => page.items);

/** One of them, with the documents that failed in it. */
export const getGeneration = (id: number, signal?: AbortSignal) =>
  answer(api.GET('/api/v1/generations/{id}', { params: { path: { id: String(id) } }, signal: signal ?? null }));

/** Begins another one; `switches` is whether it becomes the live one by itself. */
export const buildGeneration = (model: string | null, switches: boolean) =>
  answer(api.POST('/api/v1/generations', { body: { model, switch: switches } }));

/** Makes one the live one, with `incomplete` although documents are missing in it. */
export const switchGeneration = (id: number, incomplete: boolean) =>
  answer(
    api.POST('/api/v1/generations/{id}/switch', {
      params: { path: { id: String(id) }, query: { incomplete: incomplete ? 'true' : 'false' } },
    }),
  );

/** Tries what failed in it again. */
export const retryGeneration = (id: number) =>
  answer(api.POST('/api/v1/generations/{id}/retry', { params: { path: { id: String(id) } } }));

export async function dropGeneration(id: number): Promise<void> {
  const { error, response } = await api.DELETE('/api/v1/generations/{id}', { params: { path: { id: String(id) } } });
  if (!response.ok) throw problemFrom(response.status, error);
}
