import { useEffect, useRef, useState } from 'react';
import type { TaskEvent } from '../api/client';
import { type ConnectionState, EventConnection } from '../events/connection';
import { useFeed } from '../events/feed';
import { useVisible } from '../events/useVisible';
import { append, emptyLog, isLast, type Log } from './log';

/** A task's log from its beginning, kept up to date while the tab is shown, without loss or repetition. */
export function useTaskLog(id: string): { log: Log; state: ConnectionState } {
  const [log, setLog] = useState<Log>(emptyLog);
  const [state, setState] = useState<ConnectionState>('connecting');
  const [round, setRound] = useState(0);
  const last = useRef('');
  const visible = useVisible();

  useEffect(() => {
    if (!visible) return;
    const connection = new EventConnection({
      url: `/api/v1/tasks/${encodeURIComponent(id)}/events`,
      after: last.current,
      isLast,
      onFrame: (frame) => {
        last.current = frame.id;
        setLog((before) => append(before, frame));
      },
      onState: setState,
    });
    return () => connection.close();
  }, [id, visible, round]);

  useFeed((frame) => {
    if (state !== 'over' || frame.type !== 'task.status') return;
    const event = JSON.parse(frame.data) as TaskEvent;
    // The task lives again: somebody retried it.
    if (event.task === id && event.final !== true) setRound((n) => n + 1);
  });
  return { log, state };
}
