import { useState } from 'react';
import { type Problem, problemOf } from './client';

export interface Acting {
  /** Does something, and `then` what follows when it was done. */
  readonly act: <T>(what: Promise<T>, then: (done: T) => void) => void;
  readonly busy: boolean;
  readonly problem: Problem | null;
  /** Whether the reader is being asked before something that cannot be undone. */
  readonly asking: boolean;
  readonly ask: (asking: boolean) => void;
}

/** What a page's buttons need: one thing at a time, and what became of it. */
export function useAct(): Acting {
  const [asking, ask] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const act = <T>(what: Promise<T>, then: (done: T) => void) => {
    setBusy(true);
    setProblem(null);
    what
      .then(then, (thrown: unknown) => setProblem(problemOf(thrown)))
      .finally(() => {
        setBusy(false);
        ask(false);
      });
  };
  return { act, busy, problem, asking, ask };
}
