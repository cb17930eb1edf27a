import type { Source } from '../api/client';
import { Link } from '../app/Link';
import { FireTime } from '../schedules/FireTime';
import { Icon, type IconName } from '../ui/Icon';
import { LastSync } from './LastSync';
import { kinds, whereOf } from './source';

interface Rows {
  /** The ids of those that something is being done to. */
  busy: ReadonlySet<string>;
  onSync: (source: Source) => void;
  onDelete: (source: Source) => void;
}

/** Sources in rows; on a narrow screen each row becomes a card. */
export function SourceTable({ sources, ...rows }: Rows & { sources: readonly Source[] }) {
  return (
    <table className="table tasks">
      <caption className="visually-hidden">Sources, by name</caption>
      <thead>
        <tr>
          <th scope="col">Source</th>
          <th scope="col">Collection</th>
          <th scope="col">Last sync</th>
          <th scope="col">Next sync</th>
          <th scope="col">
            <span className="visually-hidden">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {sources.map((source) => (
          <Row key={source.id} source={source} {...rows} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ source, busy, onSync, onDelete }: Rows & { source: Source }) {
  const waits = busy.has(source.id);
  return (
    <tr>
      <td className="table-main">
        <Link href={`/sources/${source.id}`} className="task-link">
          {source.name}
        </Link>
        <span className="quiet table-sub">
          {kinds[source.kind]} · <span className="mono">{whereOf(source)}</span>
        </span>
        {source.lastSync?.error !== undefined && <span className="bad table-sub">{source.lastSync.error}</span>}
      </td>
      <td>
        <Link href={`/collections/${encodeURIComponent(source.collection)}`}>{source.collection}</Link>
      </td>
      <td>
        <LastSync key={source.updatedAt + (source.runningTaskId ?? '')} source={source} />
      </td>
      <td>
        {source.nextSyncAt === undefined ? (
          <span className="quiet">when asked</span>
        ) : (
          <FireTime at={source.nextSyncAt} zone={source.timeZone ?? 'UTC'} />
        )}
      </td>
      <td>
        <div className="actions row-actions">
          <Act icon="retry" says="Sync now" of={source} disabled={waits} onClick={onSync} />
          <Act icon="trash" says="Delete" of={source} disabled={waits} onClick={onDelete} />
        </div>
      </td>
    </tr>
  );
}

function Act(props: {
  icon: IconName;
  says: string;
  of: Source;
  disabled: boolean;
  onClick: (source: Source) => void;
}) {
  return (
    <button
      type="button"
      className="button-bare button-small"
      disabled={props.disabled}
      title={props.says}
      aria-label={`${props.says} ${props.of.name}`}
      onClick={() => props.onClick(props.of)}
    >
      <Icon name={props.icon} size={16} />
    </button>
  );
}
