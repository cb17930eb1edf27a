import type { Document, TaskStatus } from '../api/client';

type Look = TaskStatus | Document['status'];

const said: Record<Look, string> = {
  queued: 'Queued',
  scheduled: 'Scheduled',
  running: 'Running',
  waiting: 'Waiting',
  succeeded: 'Succeeded',
  failed: 'Failed',
  dead: 'Dead',
  cancelled: 'Cancelled',
  pending: 'Waiting to be read',
  processing: 'Being read',
  ready: 'Searchable',
};

/** Where a task or a document stands, by word and by colour. */
export function Status({ of, stopping = false }: { of: Look; stopping?: boolean }) {
  return <span className={`status status-${of}`}>{stopping && of === 'running' ? 'Stopping' : said[of]}</span>;
}

/** What a status is called. */
export function statusName(status: Look): string {
  return said[status];
}

/** Whether a task's status ends a round. */
export function isFinal(status: TaskStatus): boolean {
  return status === 'succeeded' || status === 'failed' || status === 'dead' || status === 'cancelled';
}
