import { useCallback, useEffect, useRef, useState } from 'react';
import { useVisible } from '../events/useVisible';
import { type Problem, problemOf } from './client';

/** How soon a page asks again by itself when nobody answered. */
const retryMs = 3000;

export interface Loaded<T> {
  /** The newest answer; kept while a newer one is on its way. */
  readonly data: T | undefined;
  readonly problem: Problem | undefined;
  readonly loading: boolean;
  /** Asks again. */
  readonly reload: () => void;
  /** Changes what is shown without asking. */
  readonly patch: (change: (data: T) => T) => void;
}

interface State<T> {
  readonly key: string;
  readonly data?: T;
  readonly problem?: Problem;
}

/** Loads what belongs to `key`, again whenever the key changes; `null` loads nothing. */
export function useLoad<T>(key: string | null, load: (signal: AbortSignal) => Promise<T>): Loaded<T> {
  const [state, setState] = useState<State<T> | null>(null);
  const [turn, setTurn] = useState(0);
  const [settledTurn, setSettledTurn] = useState(-1);
  const latest = useRef(load);
  useEffect(() => {
    latest.current = load;
  });

  useEffect(() => {
    if (key === null) return;
    const stop = new AbortController();
    latest.current(stop.signal).then(
      (data) => {
        if (stop.signal.aborted) return;
        setState({ key, data });
        setSettledTurn(turn);
      },
      (thrown: unknown) => {
        if (stop.signal.aborted) return;
        const problem = problemOf(thrown);
        setState((before) => (before?.key === key ? { ...before, problem } : { key, problem }));
        setSettledTurn(turn);
      },
    );
    return () => stop.abort();
  }, [key, turn]);

  const reload = useCallback(() => setTurn((n) => n + 1), []);
  const patch = useCallback(
    (change: (data: T) => T) =>
      setState((now) => (now?.data === undefined ? now : { ...now, data: change(now.data) })),
    [],
  );
  const mine = state !== null && state.key === key ? state : null;
  const awaited = mine?.problem?.passing === true;
  const visible = useVisible();
  useEffect(() => {
    if (!awaited || !visible || settledTurn !== turn) return;
    const timer = setTimeout(reload, retryMs);
    return () => clearTimeout(timer);
  }, [awaited, visible, settledTurn, turn, reload]);
  return {
    data: mine?.data,
    problem: mine?.problem,
    loading: key !== null && (mine === null || settledTurn !== turn),
    reload,
    patch,
  };
}
