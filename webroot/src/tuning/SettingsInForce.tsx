import { deleteSearchSettings, getSearchSettings } from '../api/tuning';
import { useAct } from '../api/useAct';
import { useLoad } from '../api/useLoad';
import { ProblemNotice } from '../ui/Notice';
import { described } from './settings';

/** How people search now where they say nothing, and the way back to how it usually is. */
export function SettingsInForce({ collection }: { collection: string | undefined }) {
  const loaded = useLoad(`search settings ${collection ?? ''}`, (signal) => getSearchSettings(collection, signal));
  const { act, busy, problem } = useAct();
  if (loaded.problem !== undefined) return <ProblemNotice problem={loaded.problem} retry={loaded.reload} />;
  if (loaded.data === undefined) return null;
  const { settings, from } = loaded.data;
  const own = from === (collection === undefined ? 'project' : 'collection');
  return (
    <>
      <p className="tuning-force">
        Searches {collection === undefined ? 'of all collections' : <>of <b>{collection}</b></>} go by{' '}
        <b>{described(settings)}</b>
        {from === 'usual' && <span className="quiet">, as usual</span>}
        {from === 'project' && collection !== undefined && <span className="quiet">, as set for all collections</span>}.{' '}
        {own && (
          <button
            type="button"
            className="button button-small"
            disabled={busy}
            onClick={() => act(deleteSearchSettings(collection), loaded.reload)}
          >
            Back to the usual
          </button>
        )}
      </p>
      {problem !== null && <ProblemNotice problem={problem} />}
    </>
  );
}
