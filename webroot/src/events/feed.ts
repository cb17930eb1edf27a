import { useEffect, useRef, useSyncExternalStore } from 'react';
import { type ConnectionState, EventConnection } from './connection';
import type { Frame } from './frames';

/** What the shared worker tells each tab. */
export type FeedMessage = { kind: 'state'; state: ConnectionState } | { kind: 'frame'; frame: Frame };

/**
 * The browser's share of `/api/v1/events`: changes of status of all tasks, and of handlers. All tabs use one
 * connection where the browser has shared workers; elsewhere each tab has its own.
 */
class Feed {
  private readonly listeners = new Set<(frame: Frame) => void>();
  private readonly watchers = new Set<() => void>();
  private current: ConnectionState = 'connecting';
  private started = false;

  readonly subscribe = (listener: (frame: Frame) => void): (() => void) => {
    this.listeners.add(listener);
    this.start();
    return () => this.listeners.delete(listener);
  };

  readonly watchState = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    this.start();
    return () => this.watchers.delete(watcher);
  };

  readonly state = (): ConnectionState => this.current;

  private start(): void {
    if (this.started) return;
    this.started = true;
    if (typeof SharedWorker === 'undefined') this.startAlone();
    else this.startShared();
  }

  private startShared(): void {
    const worker = new SharedWorker(new URL('./feed.worker.ts', import.meta.url), {
      type: 'module',
      name: 'millrace-feed',
    });
    worker.onerror = () => this.startAlone();
    worker.port.onmessage = (event: MessageEvent<FeedMessage>) => this.take(event.data);
    worker.port.postMessage('hello');
    addEventListener('pagehide', () => worker.port.postMessage('bye'));
    addEventListener('pageshow', (event: PageTransitionEvent) => {
      // Back from the page cache: this tab was told nothing in between.
      if (event.persisted) {
        worker.port.postMessage('hello');
        this.take({ kind: 'frame', frame: gap });
      }
    });
  }

  private startAlone(): void {
    if (typeof fetch === 'undefined') return;
    new EventConnection({
      url: '/api/v1/events',
      onFrame: (frame) => this.take({ kind: 'frame', frame }),
      onState: (state) => this.take({ kind: 'state', state }),
    });
  }

  private take(message: FeedMessage): void {
    if (message.kind === 'frame') {
      for (const listener of [...this.listeners]) listener(message.frame);
    } else if (message.state !== this.current) {
      this.current = message.state;
      for (const watcher of [...this.watchers]) watcher();
      // What happened before the first event of a connection was told to nobody.
      if (message.state === 'live') this.take({ kind: 'frame', frame: gap });
    }
  }
}

/** Says that events may have been missed, so that what is shown is asked for again. */
const gap: Frame = { id: '', type: 'feed.gap', data: '{}' };

export const feed = new Feed();

/** Calls `listener` for every frame of the feed while the component is shown. */
export function useFeed(listener: (frame: Frame) => void): void {
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  useEffect(() => feed.subscribe((frame) => latest.current(frame)), []);
}

/** Whether the feed is connected. */
export function useFeedState(): ConnectionState {
  return useSyncExternalStore(feed.watchState, feed.state);
}
