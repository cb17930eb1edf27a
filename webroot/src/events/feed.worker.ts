/// <reference lib="webworker" />
// One connection to the feed for all tabs of this browser: HTTP/1.1 allows six connections to a server.
import { EventConnection } from './connection';
import type { FeedMessage } from './feed';

declare const self: SharedWorkerGlobalScope;

const ports = new Set<MessagePort>();
let connection: EventConnection | null = null;
let state: FeedMessage = { kind: 'state', state: 'connecting' };

function tell(message: FeedMessage): void {
  if (message.kind === 'state') state = message;
  for (const port of ports) port.postMessage(message);
}

self.onconnect = (event) => {
  const port = event.ports[0];
  if (port === undefined) return;
  port.onmessage = (message: MessageEvent<'hello' | 'bye'>) => {
    if (message.data === 'bye') {
      ports.delete(port);
      return;
    }
    ports.add(port);
    port.postMessage(state);
    connection ??= new EventConnection({
      url: '/api/v1/events',
      onFrame: (frame) => tell({ kind: 'frame', frame }),
      onState: (now) => tell({ kind: 'state', state: now }),
    });
  };
};
