import type { DeadLetterFilter } from '../api/client';
import type { FeedNews } from '../api/useReloadOnFeed';
import { address } from '../app/router';

/** Which dead letters a page shows, as its address has it; days are those of the reader's clock. */
export interface Filter {
  readonly handler: string;
  readonly errorType: string;
  readonly user: string;
  readonly from: string;
  readonly to: string;
}

/** What tasks die of: everything else fails at once. */
export const errorTypes = ['unavailable', 'timed-out', 'too-many', 'worker_lost'] as const;

const day = /^(\d{4})-(\d{2})-(\d{2})$/;

export function readFilter(query: URLSearchParams): Filter {
  const text = (name: string) => (query.get(name) ?? '').trim();
  const date = (name: string) => (startOf(text(name)) === undefined ? '' : text(name));
  return {
    handler: text('handler'),
    errorType: text('errorType'),
    user: text('user'),
    from: date('from'),
    to: date('to'),
  };
}

export function filterAddress(filter: Filter): string {
  return address('/dead-letters', { ...filter });
}

export function isNarrowed(filter: Filter): boolean {
  return Object.values(filter).some((value) => value !== '');
}

/** The filter as the server has it: from the beginning of the first day to the end of the last. */
export function asked(filter: Filter): DeadLetterFilter {
  const from = startOf(filter.from);
  const to = startOf(filter.to, 1);
  return {
    ...(filter.handler === '' ? {} : { handler: filter.handler }),
    ...(filter.errorType === '' ? {} : { errorType: filter.errorType }),
    ...(filter.user === '' ? {} : { user: filter.user }),
    ...(from === undefined ? {} : { from: from.toISOString() }),
    ...(to === undefined ? {} : { to: to.toISOString() }),
  };
}

/** The first moment of a day here, or of one `daysLater`. */
function startOf(text: string, daysLater = 0): Date | undefined {
  const [, year, month, date] = day.exec(text) ?? [];
  if (year === undefined) return undefined;
  const start = new Date(Number(year), Number(month) - 1, Number(date) + daysLater);
  const real = new Date(Number(year), Number(month) - 1, Number(date)).getDate() === Number(date);
  return real && Number(year) >= 1970 ? start : undefined;
}

/** Whether news of the feed may change what is dead. */
export function touchesDeadLetters(news: FeedNews): boolean {
  if (news.type !== 'task.status') return news.type === 'feed.gap';
  const { status, reason } = (news.data ?? {}) as { status?: string; reason?: string };
  return status === 'dead' || reason === 'redriven';
}

const changed = new EventTarget();

/** To be called after this tab deleted a dead letter, of which the feed says nothing. */
export function tellDeleted(): void {
  changed.dispatchEvent(new Event('deleted'));
}

/** Hears of deletions in this tab; the answer ends it. */
export function onDeleted(listener: () => void): () => void {
  changed.addEventListener('deleted', listener);
  return () => changed.removeEventListener('deleted', listener);
}
