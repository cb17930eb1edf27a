import { useFeed } from '../events/feed';
import { listHandlers } from './calls';
import type { Handler } from './client';
import { type Loaded, useLoad } from './useLoad';

/** All handlers with their live workers, kept up to date by the feed. */
export function useHandlers(): Loaded<Handler[]> {
  const handlers = useLoad('handlers', listHandlers);
  useFeed((frame) => {
    if (frame.type !== 'handlers') return;
    const { items } = JSON.parse(frame.data) as { items: Handler[] };
    if (handlers.data === undefined) handlers.reload();
    else handlers.patch(() => items);
  });
  return handlers;
}
