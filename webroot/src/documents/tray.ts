import type { TaskEvent, TaskStatus } from '../api/client';

/**
 * Where a file stands: `waiting` to be sent, `sending`, `queued` or `running` at the server, `ready` to be found,
 * `failed`, or `lost`: the page was loaded anew before the file was sent, and a page may not keep files.
 */
export type TrayState = 'waiting' | 'sending' | 'queued' | 'running' | 'ready' | 'failed' | 'cancelled' | 'lost';

export interface TrayItem {
  readonly key: string;
  readonly name: string;
  readonly bytes: number;
  readonly collection: string;
  readonly state: TrayState;
  /** How much of the file is sent, or of the work is done, 0 to 1. */
  readonly part?: number;
  readonly taskId?: string;
  readonly documentId?: string;
  readonly reason?: string;
}

export interface Picked {
  readonly file: File;
  /** With its folders, such as `guide/start.md`. */
  readonly name: string;
}

/** What the tray needs of the world; tests bring their own. */
export interface TrayDoors {
  send(
    to: { collection: string; picked: Picked },
    onPart: (part: number) => void,
    signal: AbortSignal,
  ): Promise<{ taskId: string; documentId: string }>;
  task(id: string): Promise<{ status: TaskStatus; error?: { message: string }; result?: unknown }>;
  cancel(id: string): Promise<unknown>;
  pause(ms: number): Promise<void>;
  readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
}

/** Thrown by `send` when the server asks for patience. */
export class TryLater extends Error {
  constructor(readonly ms: number) {
    super('the server asks for patience');
  }
}

const storageKey = 'millrace.tray';
/** Two uploads leave connections free for everything else: a browser has six per server. */
const sendingMax = 2;
const askedAtOnceMax = 4;
const rememberedMax = 500;

const stateOf: Record<TaskStatus, TrayState> = {
  queued: 'queued',
  scheduled: 'queued',
  waiting: 'running',
  running: 'running',
  succeeded: 'ready',
  failed: 'failed',
  dead: 'failed',
  cancelled: 'cancelled',
};

/** Whether nothing more will happen to it by itself. */
export function settled(state: TrayState): boolean {
  return state === 'ready' || state === 'failed' || state === 'cancelled' || state === 'lost';
}

/** Files on their way from the reader's disk into the index. */
export class Tray {
  private items: readonly TrayItem[] = [];
  private readonly files = new Map<string, Picked>();
  private readonly sending = new Map<string, AbortController>();
  private readonly watchers = new Set<() => void>();
  /** The newest status of tasks, also of those whose upload has not been answered yet. */
  private readonly heard = new Map<string, TaskEvent>();
  private pausedUntilResumed = false;
  private serial = 0;

  constructor(private readonly doors: TrayDoors) {
    this.items = restore(doors.storage);
    void this.refresh();
  }

  readonly subscribe = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  readonly snapshot = (): readonly TrayItem[] => this.items;

  /** Takes files for a collection; they are sent a few at a time. */
  add(picked: readonly Picked[], collection: string): void {
    const added = picked.map((one): TrayItem => {
      const key = `${Date.now().toString(36)}-${this.serial++}`;
      this.files.set(key, one);
      return { key, name: one.name, bytes: one.file.size, collection, state: 'waiting' };
    });
    this.set([...this.items, ...added]);
    this.pump();
  }

  /** Shows how a task is getting on for which nothing has to be sent. */
  follow(name: string, collection: string, taskId: string): void {
    const key = `${Date.now().toString(36)}-${this.serial++}`;
    this.set([...this.items, { key, name, bytes: 0, collection, state: 'queued', taskId }]);
    const heard = this.heard.get(taskId);
    if (heard !== undefined) this.apply(heard);
  }

  /** Sends again what failed and is still at hand. */
  retryFailed(): void {
    this.set(
      this.items.map((item) =>
        (item.state === 'failed' || item.state === 'cancelled') && this.files.has(item.key) ? fresh(item) : item,
      ),
    );
    this.pump();
  }

  /** Whether `retryFailed` would do anything. */
  get retryable(): boolean {
    return this.items.some((i) => (i.state === 'failed' || i.state === 'cancelled') && this.files.has(i.key));
  }

  /** Stops everything that is not settled. */
  cancelAll(): void {
    for (const item of this.items) {
      this.sending.get(item.key)?.abort();
      if (item.taskId !== undefined && !settled(item.state)) this.doors.cancel(item.taskId).catch(() => undefined);
    }
    this.set(
      this.items.map((item) =>
        item.state === 'waiting' || item.state === 'sending' ? { ...item, state: 'cancelled' } : item,
      ),
    );
  }

  /** Forgets what is settled. */
  clear(): void {
    this.set(this.items.filter((item) => !settled(item.state)));
    const kept = new Set(this.items.map((item) => item.key));
    for (const key of [...this.files.keys()]) if (!kept.has(key)) this.files.delete(key);
  }

  /** News of a task, from the feed or from its own stream. */
  onTaskEvent(event: TaskEvent): void {
    if (event.type === 'task.status') {
      this.heard.set(event.task, event);
      const oldest = this.heard.size > rememberedMax ? this.heard.keys().next().value : undefined;
      if (oldest !== undefined) this.heard.delete(oldest);
    }
    this.apply(event);
  }

  /** Asks after everything that is at the server: after a reload, or when events may have been missed. */
  async refresh(): Promise<void> {
    const open = this.items.filter((item) => item.taskId !== undefined && !settled(item.state));
    const next = async (): Promise<void> => {
      for (let item = open.pop(); item !== undefined; item = open.pop()) await this.ask(item);
    };
    await Promise.all(Array.from({ length: askedAtOnceMax }, next));
  }

  private async ask({ key, taskId }: TrayItem): Promise<void> {
    if (taskId === undefined) return;
    try {
      const task = await this.doors.task(taskId);
      this.change(key, { state: stateOf[task.status], ...madeBy(task.result), ...because(task.error?.message) });
    } catch (thrown) {
      const gone = thrown instanceof Error && 'status' in thrown && thrown.status === 404;
      if (gone) this.change(key, { state: 'failed', reason: 'The server does not know this task any more.' });
      // Otherwise the server is away: the next event or reconnection asks again.
    }
  }

  private apply(event: TaskEvent): void {
    const item = this.items.find((one) => one.taskId === event.task);
    if (item === undefined) return;
    const data = event.data as { status?: TaskStatus; error?: { message?: string }; done?: number; total?: number };
    if (event.type === 'task.progress' && item.state !== 'ready') {
      const part = data.done !== undefined && data.total ? Math.min(1, data.done / data.total) : undefined;
      this.change(item.key, {
        state: 'running',
        ...(part === undefined ? {} : { part }),
      });
    } else if (event.type === 'task.status' && data.status !== undefined) {
      this.change(item.key, { state: stateOf[data.status], ...because(data.error?.message) });
      // Of a page only the end of its task tells which document it is.
      if (data.status === 'succeeded' && item.documentId === undefined) void this.ask(item);
    }
  }

  private pump(): void {
    if (this.pausedUntilResumed) return;
    while (this.sending.size < sendingMax) {
      const next = this.items.find((item) => item.state === 'waiting');
      const picked = next === undefined ? undefined : this.files.get(next.key);
      if (next === undefined || picked === undefined) return;
      void this.send(next, picked);
    }
  }

  private async send(item: TrayItem, picked: Picked): Promise<void> {
    const stop = new AbortController();
    this.sending.set(item.key, stop);
    this.change(item.key, { state: 'sending', part: 0 });
    try {
      const onPart = (part: number) => this.change(item.key, { part });
      const answer = await this.doors.send({ collection: item.collection, picked }, onPart, stop.signal);
      this.change(item.key, { ...answer, state: 'queued' });
      const heard = this.heard.get(answer.taskId);
      if (heard !== undefined) this.apply(heard);
    } catch (thrown) {
      if (thrown instanceof TryLater) {
        this.change(item.key, { state: 'waiting' });
        this.rest(thrown.ms);
      } else if (!stop.signal.aborted) {
        this.change(item.key, { state: 'failed', ...because(thrown instanceof Error ? thrown.message : undefined) });
      }
    } finally {
      this.sending.delete(item.key);
      this.pump();
    }
  }

  private rest(ms: number): void {
    this.pausedUntilResumed = true;
    void this.doors.pause(ms).then(() => {
      this.pausedUntilResumed = false;
      this.pump();
    });
  }

  private change(key: string, part: Partial<TrayItem>): void {
    this.set(
      this.items.map((item) => {
        if (item.key !== key) return item;
        const { part: _part, reason: _reason, ...lasting } = item;
        const sameState = part.state === undefined || part.state === item.state;
        return sameState ? { ...item, ...part } : { ...lasting, ...part };
      }),
    );
  }

  private set(items: readonly TrayItem[]): void {
    this.items = items;
    save(this.doors.storage, items);
    for (const watcher of [...this.watchers]) watcher();
  }
}

function because(reason: string | undefined): { reason?: string } {
  return reason === undefined ? {} : { reason };
}

function madeBy(result: unknown): { documentId?: string } {
  const made = typeof result === 'object' && result !== null && 'documentId' in result ? result.documentId : undefined;
  return typeof made === 'string' ? { documentId: made } : {};
}

function fresh({ key, name, bytes, collection }: TrayItem): TrayItem {
  return { key, name, bytes, collection, state: 'waiting' };
}

function save(storage: TrayDoors['storage'], items: readonly TrayItem[]): void {
  try {
    if (items.length === 0) storage.removeItem(storageKey);
    else storage.setItem(storageKey, JSON.stringify(items));
  } catch {
    // Storage may be full or forbidden: the tray then lasts as long as the page.
  }
}

function restore(storage: TrayDoors['storage']): readonly TrayItem[] {
  try {
    const items = JSON.parse(storage.getItem(storageKey) ?? '[]') as TrayItem[];
    return items.map((item) =>
      item.state === 'waiting' || item.state === 'sending' ? { ...fresh(item), state: 'lost' } : item,
    );
  } catch {
    return [];
  }
}
