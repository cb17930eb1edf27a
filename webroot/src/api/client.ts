import createClient from 'openapi-fetch';
import type { components, paths } from './schema';

type Schemas = components['schemas'];
export type TaskError = Schemas['TaskError'];
export type Task = Schemas['Task'];
export type TaskSummary = Schemas['TaskSummary'];
export type ChildPage = Schemas['ChildPage'];
export type TaskStatus = Schemas['TaskStatus'];
export type TaskEvent = Schemas['TaskEvent'];
export type TaskRequest = Schemas['TaskRequest'];
export type DeadLetter = Schemas['DeadLetter'];
export type DeadLetterSummary = Schemas['DeadLetterSummary'];
export type DeadLetterFilter = Schemas['DeadLetterFilter'];
export type Schedule = Schemas['Schedule'];
export type ScheduleSummary = Schemas['ScheduleSummary'];
export type ScheduleRequest = Schemas['ScheduleRequest'];
export type Source = Schemas['Source'];
export type SourceKind = Schemas['SourceKind'];
export type SourceSync = Schemas['SourceSync'];
export type SourceRequest = Schemas['SourceRequest'];
export type SourceChange = Schemas['SourceChange'];
export type Handler = Schemas['Handler'];
export type Model = Schemas['Model'];
export type ModelInstance = Schemas['ModelInstance'];
export type ModelStatus = Schemas['ModelStatus'];
export type Generation = Schemas['Generation'];
export type GenerationFailure = Schemas['GenerationFailure'];
export type Collection = Schemas['Collection'];
export type Document = Schemas['Document'];
export type DocumentChange = Schemas['DocumentChange'];
export type Passage = Schemas['Passage'];
export type SearchSettings = Schemas['SearchSettings'];
export type TestSet = Schemas['TestSet'];
export type TestSetRequest = Schemas['TestSetRequest'];
export type TestSetChange = Schemas['TestSetChange'];
export type TestQuery = Schemas['TestQuery'];
export type NewTestQuery = Schemas['NewTestQuery'];
export type TestRun = Schemas['TestRun'];
export type TestRunRequest = Schemas['TestRunRequest'];
export type TestComparison = Schemas['TestComparison'];
export type Figures = Schemas['Figures'];
export type SearchMode = Schemas['SearchMode'];
export type SearchRequest = Schemas['SearchRequest'];
export type SearchResponse = Schemas['SearchResponse'];
export type FacetCount = Schemas['FacetCount'];
export type Hit = Schemas['Hit'];
export type System = Schemas['System'];
type ProblemBody = Schemas['Problem'];

/** What the server (or the way to it) refused, with a sentence for people. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    detail: string,
    readonly body?: Partial<ProblemBody>,
  ) {
    super(detail);
    this.name = 'Problem';
  }

  /** Whether the same request may succeed later. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** Anything thrown, as a problem. */
export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  // What fetch throws when there is no answer is a TypeError in every browser.
  if (thrown instanceof TypeError) {
    return new Problem(0, 'Millrace does not answer', 'It may be starting or stopped. This page tries again by itself.');
  }
  return new Problem(-1, 'Something went wrong in this page', thrown instanceof Error ? thrown.message : String(thrown));
}

/** The problem in an answer's body, which may come from something between us and the server. */
export function problemFrom(status: number, body: unknown): Problem {
  const problem: Partial<ProblemBody> = typeof body === 'object' && body !== null ? body : {};
  return new Problem(
    status,
    problem.title ?? `The server answered ${status}`,
    problem.detail ?? 'It gave no reason.',
    problem,
  );
}

/** The server's operations, typed by its contract. */
export const api = createClient<paths>({ baseUrl: '/', fetch: (request) => fetch(request) });

/** What an operation answered; a problem is thrown. */
export async function answer<T>(
  call: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<NonNullable<T>> {
  const { data, error, response } = await call;
  if (!response.ok) throw problemFrom(response.status, error);
  if (data === undefined || data === null) throw problemFrom(response.status, { detail: 'The answer was empty.' });
  return data;
}
