import { useSyncExternalStore } from 'react';
import { absolute, relative } from './format';

const tickMs = 1000;
const calmMs = 5000;
const watchers = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let now = Date.now();

/** All shown times share one timer. */
function watch(watcher: () => void): () => void {
  if (watchers.size === 0) {
    now = Date.now();
    timer = setInterval(() => {
      now = Date.now();
      for (const one of [...watchers]) one();
    }, tickMs);
  }
  watchers.add(watcher);
  return () => {
    watchers.delete(watcher);
    if (watchers.size === 0) clearInterval(timer);
  };
}

/** The present, which moves every `stepMs`, some seconds where nothing else is asked for. */
export function useNow(stepMs = calmMs): number {
  return useSyncExternalStore(watch, () => Math.floor(now / stepMs) * stepMs);
}

/** A moment as people say it; the exact one is in its title. */
export function Time({ at }: { at: string }) {
  const present = useNow();
  const moment = new Date(at);
  return (
    <time dateTime={at} title={absolute(moment)}>
      {relative(moment, new Date(present))}
    </time>
  );
}
