import type { Generation } from '../api/client';
import { count, plural } from '../ui/format';

/** How many documents are not in it as they are now. */
export const lackingOf = (one: Generation) => Math.max(0, one.documents - one.done);

/** How many of these are still to be tried. */
export const waitingOf = (one: Generation) => Math.max(0, lackingOf(one) - one.failed);

/** What a generation is called. */
export const nameOf = (one: Pick<Generation, 'id'>) => `Generation ${one.id}`;

/** What reads passages and questions. */
export const modelOf = (one: Pick<Generation, 'model'>) => one.model ?? 'no model';

/** What compares questions with passages, in a sentence about searches. */
export const meansOf = (one: Pick<Generation, 'model'>) =>
  one.model === null ? 'words alone' : `words, and meaning as ${one.model} sees it`;

const order: Record<Generation['state'], number> = { live: 0, building: 1, previous: 2, dropping: 3 };

/** The one that is searched first, what was there longest ago last. */
export const inOrder = (all: readonly Generation[]) =>
  [...all].sort((a, b) => order[a.state] - order[b.state] || b.id - a.id);

/** What it is to searches, by word and by the look of a status. */
export function stateOf(one: Generation): { says: string; look: string } {
  switch (one.state) {
    case 'live':
      return { says: 'Live', look: 'succeeded' };
    case 'building':
      if (waitingOf(one) > 0) return { says: 'Being built', look: 'running' };
      return one.failed > 0 ? { says: 'Built in part', look: 'failed' } : { says: 'Built', look: 'scheduled' };
    case 'previous':
      return { says: 'Kept', look: 'queued' };
    case 'dropping':
      return { says: 'Being deleted', look: 'cancelled' };
  }
}

/** What a person should know about it, in a sentence or two. */
export function saidOf(one: Generation): string {
  const waiting = waitingOf(one);
  switch (one.state) {
    case 'live':
      if (waiting > 0) {
        return `Searches are answered from it. ${plural(waiting, 'document')} still to come ${waiting === 1 ? 'is' : 'are'} found by words alone until then.`;
      }
      return 'Searches are answered from it, and new documents are brought into it.';
    case 'building':
      if (one.failed > 0) {
        return waiting > 0
          ? 'Searches go on as before. As documents failed, it does not become live by itself.'
          : 'As documents failed, it does not become live by itself: try them again, or switch without them.';
      }
      if (one.switchWhenComplete) {
        return 'Searches go on as before; it becomes live by itself as soon as every document is in it.';
      }
      return waiting > 0
        ? 'Searches go on as before; once it is built, it waits for you to switch to it.'
        : 'Every document is in it. It waits for you to switch to it.';
    case 'previous':
      return lackingOf(one) > 0
        ? `It was live before. ${plural(lackingOf(one), 'document')} that came or changed since ${lackingOf(one) === 1 ? 'is' : 'are'} not in it.`
        : 'It was live before, and is kept whole: you can go back at any time.';
    case 'dropping':
      return 'Its passages and its index are being deleted.';
  }
}

/** What has become of generations between two looks, in a sentence to be read out; null for mere progress. */
export function newsOf(before: readonly Generation[], now: readonly Generation[]): string | null {
  if (before.length === 0) return null;
  const [was, live] = [liveOf(before), liveOf(now)];
  if (live !== undefined && was !== undefined && live.id !== was.id) return `${nameOf(live)} is live now.`;
  for (const one of now) {
    const earlier = before.find(({ id }) => id === one.id);
    if (one.state !== 'building' || waitingOf(one) > 0) continue;
    if (earlier === undefined || waitingOf(earlier) > 0) {
      return one.failed > 0
        ? `${nameOf(one)} is built, but for ${plural(one.failed, 'document')} that failed.`
        : `${nameOf(one)} is built.`;
    }
  }
  const gone = before.find(({ id }) => !now.some((one) => one.id === id));
  return gone === undefined ? null : `${nameOf(gone)} is deleted.`;
}

/** The one that is searched. */
export const liveOf = (all: readonly Generation[] | undefined) => all?.find(({ state }) => state === 'live');

/** "57 of 120 documents, 3 failed". */
export function progressOf(one: Generation): string {
  const done = `${count(one.done)} of ${plural(one.documents, 'document')}`;
  return one.failed > 0 ? `${done}, ${count(one.failed)} failed` : done;
}
