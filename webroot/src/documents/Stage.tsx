import type { Document } from '../api/client';
import { progressOf } from '../tasks/log';
import { useTaskLog } from '../tasks/useTaskLog';
import { count } from '../ui/format';

/** Each that is followed takes one of the few connections that a browser has to a server. */
const followedMax = 2;

const said: Record<string, string> = {
  fetch: 'being fetched',
  extract: 'its text is being taken out',
  chunk: 'being cut into passages',
  embed: 'being embedded',
  publish: 'nearly searchable',
};

/** The documents whose reading is followed live: those that are being read, as many as there may be. */
export function followedOf(documents: readonly Document[]): ReadonlySet<string> {
  const read = documents.filter(({ status, taskId }) => status === 'processing' && taskId !== undefined);
  return new Set(read.slice(0, followedMax).map(({ id }) => id));
}

/** How far the reading of a document is. */
export function Stage({ task }: { task: string }) {
  const { log } = useTaskLog(task);
  const progress = progressOf(log);
  if (progress === null) return null;
  const { stage, done, total } = progress;
  return (
    <span className="quiet table-sub" role="status">
      {said[stage] ?? stage}
      {total > 1 && `, ${count(done)} of ${count(total)}`}
    </span>
  );
}
