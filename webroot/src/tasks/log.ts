import type { Task, TaskEvent } from '../api/client';
import type { Frame } from '../events/frames';

/** A task's events as a reader has them. */
export interface Log {
  readonly events: readonly TaskEvent[];
  /** The task as it stood when the beginning of the log was already gone. */
  readonly snapshot: Task | null;
}

export const emptyLog: Log = { events: [], snapshot: null };

/** Compares event ids by time, then by number: a negative number when `a` is older. */
export function compareIds(a: string, b: string): number {
  const [timeA = '0', numberA = '0'] = a.split('-');
  const [timeB = '0', numberB = '0'] = b.split('-');
  return Number(timeA) - Number(timeB) || Number(numberA) - Number(numberB);
}

/** The log with one more frame; what the reader has seen already changes nothing. */
export function append(log: Log, frame: Frame): Log {
  const event = JSON.parse(frame.data) as TaskEvent;
  if (event.type === 'task.snapshot') {
    return { events: [], snapshot: (event.data as { task?: Task }).task ?? null };
  }
  const last = log.events.at(-1)?.id;
  if (event.id !== undefined && last !== undefined && compareIds(event.id, last) <= 0) return log;
  return { ...log, events: [...log.events, event] };
}

/** Whether a frame ends its round. */
export function isLast(frame: Frame): boolean {
  return (JSON.parse(frame.data) as TaskEvent).final === true;
}

/** The events without progress that the next event tells better: of one stage only the newest is kept. */
export function folded(events: readonly TaskEvent[]): TaskEvent[] {
  const stage = (event: TaskEvent | undefined) =>
    event?.type === 'task.progress' ? ((event.data as Partial<Progress>).stage ?? '') : null;
  return events.filter((event, i) => stage(event) === null || stage(event) !== stage(events[i + 1]));
}

export interface Progress {
  readonly done: number;
  readonly total: number;
  readonly stage: string;
}

/** The newest progress of the present attempt. */
export function progressOf(log: Log): Progress | null {
  for (const event of [...log.events].reverse()) {
    if (event.type === 'task.attempt' || event.final === true) return null;
    if (event.type === 'task.progress') {
      const { done = 0, total = 0, stage = '' } = event.data as Partial<Progress>;
      return { done, total, stage };
    }
  }
  return null;
}
