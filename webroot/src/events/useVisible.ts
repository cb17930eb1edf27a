import { useSyncExternalStore } from 'react';

/**
 * Whether this tab is shown. Streams of single tasks are held by shown tabs only: a browser has six connections per
 * server, and a stream resumes where it was left.
 */
export function useVisible(): boolean {
  return useSyncExternalStore(
    (watcher) => {
      document.addEventListener('visibilitychange', watcher);
      return () => document.removeEventListener('visibilitychange', watcher);
    },
    () => document.visibilityState === 'visible',
  );
}
