import { useState } from 'react';
import type { TestRun } from '../api/client';
import { getSearchSettings, putSearchSettings } from '../api/tuning';
import { useAct } from '../api/useAct';
import { useLoad } from '../api/useLoad';
import { Icon } from '../ui/Icon';
import { ProblemNotice } from '../ui/Notice';
import { described } from './settings';

/** Makes the settings of a run those that people search by. */
export function Apply({ run }: { run: TestRun }) {
  const { act, busy, problem } = useAct();
  const [done, setDone] = useState(false);
  const now = useLoad(`search settings ${run.collection ?? ''}`, (signal) => getSearchSettings(run.collection, signal));
  const where = run.collection ?? 'all collections';
  const same = now.data !== undefined && described(now.data.settings) === described(run.settings);
  return (
    <div className="tuning-apply">
      {same ? (
        <p className="done" role="status">
          <Icon name="check" size={16} /> {done ? `Searches of ${where} go by these settings now.` : `Searches of ${where} go by these settings.`}
        </p>
      ) : (
        now.data !== undefined && (
          <p>
            Searches of {where} go by {described(now.data.settings)}.{' '}
            <button
              type="button"
              className="button button-small button-primary"
              disabled={busy}
              onClick={() =>
                act(putSearchSettings(run.collection, run.settings), () => {
                  setDone(true);
                  now.reload();
                })
              }
            >
              Use the settings of this run
            </button>
          </p>
        )
      )}
      {now.problem !== undefined && <ProblemNotice problem={now.problem} retry={now.reload} />}
      {problem !== null && <ProblemNotice problem={problem} />}
    </div>
  );
}
