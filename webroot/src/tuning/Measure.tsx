import { type SubmitEvent, useState } from 'react';
import { listModels } from '../api/calls';
import type { SearchSettings, TestSet } from '../api/client';
import { startTestRun } from '../api/tuning';
import { useAct } from '../api/useAct';
import { useLoad } from '../api/useLoad';
import { navigate } from '../app/router';
import { Field } from '../form/Field';
import { Icon } from '../ui/Icon';
import { ProblemNotice } from '../ui/Notice';

/** Starts runs: with the settings as they are, or with others to be tried. */
export function Measure({ set }: { set: TestSet }) {
  const { act, busy, problem } = useAct();
  const [trying, setTrying] = useState(false);
  const start = (settings: SearchSettings) =>
    act(startTestRun(set.id, { settings }), (run) => navigate(`/tuning/runs/${run.id}`));
  return (
    <>
      <div className="actions tuning-measure">
        <button type="button" className="button button-primary" disabled={busy} onClick={() => start({})}>
          <Icon name="play" /> Measure as it is
        </button>
        <button type="button" className="button" aria-expanded={trying} onClick={() => setTrying(!trying)}>
          Try other settings
        </button>
      </div>
      {problem !== null && <ProblemNotice problem={problem} />}
      {trying && <Settings busy={busy} onStart={start} />}
    </>
  );
}

function Settings({ busy, onStart }: { busy: boolean; onStart: (settings: SearchSettings) => void }) {
  const models = useLoad('models', listModels);
  const [mode, setMode] = useState<'hybrid' | 'keyword' | 'vector'>('hybrid');
  const [fusion, setFusion] = useState<'scores' | 'ranks'>('scores');
  const [weight, setWeight] = useState('');
  const [rerank, setRerank] = useState('');
  const rerankers = models.data?.filter(({ task }) => task === 'rerank') ?? [];
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    onStart({
      mode,
      rerank: rerank === '' ? false : rerank,
      ...(mode === 'hybrid' ? { fusion, vectorWeight: weight === '' ? null : Number(weight) / 100 } : {}),
    });
  };
  return (
    <form className="card task-form" onSubmit={submit} aria-label="Settings to try">
      <Field label="Search by">
        {(id) => (
          <select id={id} value={mode} onChange={(e) => setMode(e.target.value as typeof mode)}>
            <option value="hybrid">Words and meaning</option>
            <option value="keyword">Words alone</option>
            <option value="vector">Meaning alone</option>
          </select>
        )}
      </Field>
      {mode === 'hybrid' && (
        <>
          <Field
            label="Meaning counts, in %"
            help="The rest is for the words. Empty: 60, and 10 where the model does not read the question’s language."
          >
            {(id, described) => (
              <input
                id={id}
                type="number"
                min={0}
                max={100}
                aria-describedby={described}
                value={weight}
                onChange={(e) => setWeight(e.target.value)}
              />
            )}
          </Field>
          <Field label="Joined by">
            {(id) => (
              <select id={id} value={fusion} onChange={(e) => setFusion(e.target.value as typeof fusion)}>
                <option value="scores">Scores on a common scale</option>
                <option value="ranks">Reciprocal ranks (RRF)</option>
              </select>
            )}
          </Field>
        </>
      )}
      {rerankers.length > 0 && (
        <Field label="Reranked by" help="A model reads the best passages together with the question, which takes longer.">
          {(id, described) => (
            <select id={id} aria-describedby={described} value={rerank} onChange={(e) => setRerank(e.target.value)}>
              <option value="">nothing</option>
              {rerankers.map(({ name }) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
      <div className="actions">
        <button type="submit" className="button button-primary" disabled={busy}>
          <Icon name="play" /> Measure with these
        </button>
      </div>
    </form>
  );
}
