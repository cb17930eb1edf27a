import type { Task, TaskStatus } from '../api/client';
import { plural } from '../ui/format';

/** How the tasks of a job stand, counted. */
export type Counts = NonNullable<Task['children']>;

/** Where a child stands, as a job counts it. */
export type Stage = 'succeeded' | 'failed' | 'dead' | 'cancelled' | 'open';

/** In the order in which they are shown. */
export const stages: readonly Stage[] = ['succeeded', 'failed', 'dead', 'cancelled', 'open'];

export function stageOf(status: TaskStatus): Stage {
  return stages.find((stage) => stage === status) ?? 'open';
}

/** How many have ended, such as "2/5". */
export function endedOf({ total, open }: Counts): string {
  return `${total - open}/${total}`;
}

/** How a job stands, in words: "Waits for 3 of 5 tasks". */
export function inWords({ total, open, succeeded }: Counts, status: TaskStatus): string {
  if (open > 0) return `${status === 'waiting' ? 'Waits' : 'Waited'} for ${open} of ${plural(total, 'task')}`;
  if (succeeded < total) return `${succeeded} of ${plural(total, 'task')} succeeded`;
  return total === 1 ? 'Its task succeeded' : `All ${plural(total, 'task')} succeeded`;
}
