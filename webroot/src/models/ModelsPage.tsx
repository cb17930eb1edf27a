import { useEffect, useRef, useState } from 'react';
import { listModels, moveModel } from '../api/calls';
import { type Model, type Problem, problemOf } from '../api/client';
import { useLoad } from '../api/useLoad';
import { useTitle } from '../app/useTitle';
import { useVisible } from '../events/useVisible';
import { Icon } from '../ui/Icon';
import { Empty, ProblemNotice, Skeleton } from '../ui/Notice';
import { ModelsNav } from './ModelsNav';
import { ModelTable } from './ModelTable';

/** Models come and go by themselves, with the questions that are asked. */
const lookEveryMs = 2000;

/** What can be computed here, and what of it is in memory. */
export function ModelsPage() {
  useTitle('Models');
  return (
    <>
      <div className="page-head">
        <h1>Models</h1>
      </div>
      <p className="quiet page-lead">
        What turns texts into vectors and scores. A model is loaded by its first question, and leaves memory when nobody
        has asked for a while.
      </p>
      <ModelsNav />
      <List />
    </>
  );
}

function List() {
  const { data, problem, reload } = useLoad('models', listModels);
  const [moving, setMoving] = useState<ReadonlySet<string>>(new Set());
  const [refused, setRefused] = useState<Problem | null>(null);
  const [done, setDone] = useState<string | null>(null);
  const told = useRef<HTMLParagraphElement>(null);
  useEvery(lookEveryMs, reload);

  const move = (model: Model, to: 'load' | 'unload') => {
    setMoving((before) => new Set(before).add(model.name));
    setRefused(null);
    setDone(null);
    moveModel(model.name, to)
      .then(
        () => {
          setDone(to === 'load' ? `${model.name} is in memory.` : `${model.name} is out of memory.`);
          requestAnimationFrame(() => told.current?.focus());
        },
        (thrown: unknown) => setRefused(problemOf(thrown)),
      )
      .finally(() => {
        reload();
        setMoving((before) => new Set([...before].filter((name) => name !== model.name)));
      });
  };

  if (data === undefined) {
    if (problem === undefined) return <Skeleton lines={4} label="Loading models" />;
    return <ProblemNotice problem={problem} retry={reload} />;
  }
  return (
    <>
      <p ref={told} className={done === null ? 'visually-hidden' : 'done'} role="status" tabIndex={-1}>
        {done !== null && (
          <>
            <Icon name="check" size={16} /> {done}
          </>
        )}
      </p>
      {problem !== undefined && <ProblemNotice problem={problem} retry={reload} />}
      {refused !== null && <ProblemNotice problem={refused} />}
      {data.length > 0 ? (
        <ModelTable models={data} moving={moving} onMove={move} />
      ) : (
        <Empty title="No models">
          <p>
            Models are declared in <code>handlers.yaml</code>, under <code>models</code>.
          </p>
        </Empty>
      )}
    </>
  );
}

/** Calls `look` again and again while this tab is shown. */
function useEvery(ms: number, look: () => void): void {
  const visible = useVisible();
  useEffect(() => {
    if (!visible) return;
    const timer = setInterval(look, ms);
    return () => clearInterval(timer);
  }, [visible, ms, look]);
}
