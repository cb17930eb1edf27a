import { useEffect, useRef } from 'react';
import { useFeed } from '../events/feed';
import type { TaskEvent } from './client';

const pauseMs = 1000;

/** What a page looks at in a frame of the feed. */
export type FeedNews = Pick<TaskEvent, 'type'> & Partial<TaskEvent>;

/** Calls `reload` soon after news that `matters`, at most once a second however much happens. */
export function useReloadOnFeed(matters: (news: FeedNews) => boolean, reload: () => void): void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const last = useRef(0);
  const latest = useRef(reload);
  useEffect(() => {
    latest.current = reload;
  });
  useEffect(() => () => clearTimeout(timer.current), []);
  useFeed((frame) => {
    if (timer.current !== undefined) return;
    const news: FeedNews = frame.type.startsWith('task.')
      ? (JSON.parse(frame.data) as TaskEvent)
      : { type: frame.type };
    if (!matters(news)) return;
    const wait = Math.max(100, last.current + pauseMs - Date.now());
    timer.current = setTimeout(() => {
      timer.current = undefined;
      last.current = Date.now();
      latest.current();
    }, wait);
  });
}
