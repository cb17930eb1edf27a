import { type Frame, FrameParser } from './frames';

/**
 * `over`: the stream has ended for good. `refused`: the server will not give it (the reason is in `problem`).
 * `waiting`: the connection was lost and comes back by itself.
 */
export type ConnectionState = 'connecting' | 'live' | 'waiting' | 'over' | 'refused';

export interface ConnectionOptions {
  readonly url: string;
  readonly onFrame: (frame: Frame) => void;
  readonly onState: (state: ConnectionState, status?: number) => void;
  /** Resume after this event. */
  readonly after?: string;
  /** Whether nothing follows a frame when the server closes the stream after it; nothing is asked any more then. */
  readonly isLast?: (frame: Frame) => boolean;
  readonly fetch?: typeof fetch;
  /** Waits before the next try; tests pass their own. */
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>;
}

const pauseFirstMs = 500;
const pauseMaxMs = 15_000;
/** The server sends a ping every 10 s; silence for longer than this means that the connection is dead. */
const silenceMaxMs = 30_000;

/** An event stream that resumes where it broke off, without loss or repetition, until it is closed. */
export class EventConnection {
  private readonly stop = new AbortController();
  private lastId: string;
  private failures = 0;
  private ended = false;
  private final = false;

  constructor(private readonly options: ConnectionOptions) {
    this.lastId = options.after ?? '';
    void this.run();
  }

  /** The id of the newest event seen. */
  get last(): string {
    return this.lastId;
  }

  close(): void {
    this.stop.abort();
  }

  private async run(): Promise<void> {
    const pause = this.options.pause ?? sleep;
    while (!this.stop.signal.aborted) {
      this.options.onState(this.failures === 0 ? 'connecting' : 'waiting');
      await this.once();
      if (this.finished()) return;
      this.failures++;
      this.options.onState('waiting');
      const ceiling = Math.min(pauseMaxMs, pauseFirstMs * 2 ** (this.failures - 1));
      await pause(ceiling * (0.5 + Math.random() / 2), this.stop.signal);
    }
  }

  /** One connection from its request to its end; a failure is simply an end. */
  private async once(): Promise<void> {
    const attempt = new AbortController();
    const abort = () => attempt.abort();
    this.stop.signal.addEventListener('abort', abort);
    let watchdog = setTimeout(abort, silenceMaxMs);
    try {
      const headers: Record<string, string> = { Accept: 'text/event-stream' };
      if (this.lastId !== '') headers['Last-Event-ID'] = this.lastId;
      const response = await (this.options.fetch ?? fetch)(this.options.url, {
        headers,
        cache: 'no-store',
        signal: attempt.signal,
      });
      if (this.refused(response) || response.body === null) return;
      this.options.onState('live');
      this.failures = 0;
      const parser = new FrameParser();
      const decoder = new TextDecoder();
      const reader = response.body.getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) {
          if (this.final) this.end('over');
          return;
        }
        clearTimeout(watchdog);
        watchdog = setTimeout(abort, silenceMaxMs);
        for (const frame of parser.push(decoder.decode(value, { stream: true }))) {
          if (this.stop.signal.aborted) return;
          this.take(frame);
        }
      }
    } catch {
      // A lost connection: the loop tries again.
    } finally {
      clearTimeout(watchdog);
      this.stop.signal.removeEventListener('abort', abort);
      attempt.abort();
    }
  }

  private finished(): boolean {
    return this.ended || this.stop.signal.aborted;
  }

  private refused(response: Response): boolean {
    if (response.status === 204) {
      this.end('over');
      return true;
    }
    if (response.ok) return false;
    const passing = response.status >= 500 || response.status === 429 || response.status === 408;
    if (!passing) this.end('refused', response.status);
    return true;
  }

  private take(frame: Frame): void {
    if (frame.type === 'ping') return;
    if (frame.id !== '') this.lastId = frame.id;
    this.options.onFrame(frame);
    this.final = this.options.isLast?.(frame) ?? false;
  }

  private end(state: 'over' | 'refused', status?: number): void {
    this.ended = true;
    this.options.onState(state, status);
  }
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) { resolve(); return; }
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
