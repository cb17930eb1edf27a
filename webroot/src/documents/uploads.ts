import { useSyncExternalStore } from 'react';
import { cancelTask, getTask } from '../api/calls';
import { Problem, problemFrom, type TaskEvent } from '../api/client';
import { feed } from '../events/feed';
import { Tray, type TrayDoors, type TrayItem, TryLater } from './tray';

const retryAfterDefaultMs = 2000;

/** Sends one file; XMLHttpRequest because fetch does not tell how much is sent. */
const send: TrayDoors['send'] = ({ collection, picked }, onPart, signal) =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', `/api/v1/collections/${encodeURIComponent(collection)}/documents`);
    request.responseType = 'json';
    request.upload.onprogress = (event) => {
      if (event.lengthComputable && event.total > 0) onPart(event.loaded / event.total);
    };
    request.onload = () => {
      const body: unknown = request.response;
      if (request.status === 202) resolve(body as { taskId: string; documentId: string });
      else if (request.status === 429 || request.status === 503) {
        const seconds = Number(request.getResponseHeader('Retry-After'));
        reject(new TryLater(seconds > 0 ? seconds * 1000 : retryAfterDefaultMs));
      } else reject(problemFrom(request.status, body));
    };
    request.onerror = () => reject(new Problem(0, 'Millrace does not answer', 'The connection was lost.'));
    request.onabort = () => reject(new Problem(0, 'Cancelled', 'The upload was cancelled.'));
    signal.addEventListener('abort', () => request.abort());
    const form = new FormData();
    form.append('file', picked.file, picked.name);
    request.send(form);
  });

let made: Tray | null = null;

/** The tray of this tab, which lasts from page to page. */
export function tray(): Tray {
  if (made === null) {
    const one = new Tray({
      send,
      task: getTask,
      cancel: cancelTask,
      pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      storage: sessionStorage,
    });
    feed.subscribe((frame) => {
      if (frame.type === 'feed.gap') void one.refresh();
      else if (frame.type.startsWith('task.')) one.onTaskEvent(JSON.parse(frame.data) as TaskEvent);
    });
    addEventListener('beforeunload', (event) => {
      // Files that are not sent yet are lost with the page: the browser asks first.
      if (one.snapshot().some((item) => item.state === 'waiting' || item.state === 'sending')) event.preventDefault();
    });
    made = one;
  }
  return made;
}

export function useTray(): readonly TrayItem[] {
  return useSyncExternalStore(tray().subscribe, tray().snapshot);
}
