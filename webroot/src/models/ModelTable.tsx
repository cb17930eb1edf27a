import type { Model, ModelInstance, ModelStatus } from '../api/client';
import { bytes, duration, plural } from '../ui/format';
import { Time } from '../ui/Time';

interface Rows {
  models: readonly Model[];
  /** The names of those that are on their way into memory or out of it by hand. */
  moving: ReadonlySet<string>;
  onMove: (model: Model, to: 'load' | 'unload') => void;
}

/** Models in rows, one for each process that has it; on a narrow screen each row becomes a card. */
export function ModelTable({ models, moving, onMove }: Rows) {
  return (
    <table className="table">
      <caption className="visually-hidden">Models, by name</caption>
      <thead>
        <tr>
          <th scope="col">Model</th>
          <th scope="col">State</th>
          <th scope="col">Device</th>
          <th scope="col" className="number">
            Memory
          </th>
          <th scope="col" className="number">
            Load time
          </th>
          <th scope="col">Last use</th>
          <th scope="col">
            <span className="visually-hidden">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {models.flatMap((model) =>
          model.instances.map((instance, i) => (
            <tr key={`${model.name} ${instance.process}`}>
              <td className="table-main">
                {i === 0 && (
                  <>
                    <strong>{model.name}</strong>
                    <span className="quiet table-sub">
                      {model.version} · {model.task} · {model.provider}
                    </span>
                  </>
                )}
                {model.instances.length > 1 && <span className="quiet table-sub">on {instance.process}</span>}
                {instance.trouble !== undefined && <span className="bad table-sub">{instance.trouble}</span>}
              </td>
              <Standing instance={instance} />
              <td>
                {i === 0 && <Move model={model} busy={moving.has(model.name)} onMove={onMove} />}
              </td>
            </tr>
          )),
        )}
      </tbody>
    </table>
  );
}

function Standing({ instance }: { instance: ModelInstance }) {
  return (
    <>
      <td>
        <State of={instance.state} />
        {instance.waiting > 0 && <span className="quiet table-sub">{plural(instance.waiting, 'text')} waiting</span>}
      </td>
      <td>{instance.device}</td>
      <td className="number">{instance.memoryBytes !== undefined && bytes(instance.memoryBytes)}</td>
      <td className="number">
        {instance.loadMs !== undefined && (
          <>
            <span className="unit">loaded in </span>
            {duration(instance.loadMs)}
          </>
        )}
      </td>
      <td>
        {instance.lastUsedAt === undefined ? (
          <span className="quiet">not used yet</span>
        ) : (
          <>
            <span className="unit">used </span>
            <Time at={instance.lastUsedAt} />
          </>
        )}
      </td>
    </>
  );
}

const states: Record<ModelStatus, { says: string; look: string }> = {
  ready: { says: 'In memory', look: 'succeeded' },
  loading: { says: 'Loading', look: 'running' },
  unloaded: { says: 'Not loaded', look: 'queued' },
  failed: { says: 'Failed', look: 'failed' },
  stopped: { says: 'Stopping', look: 'cancelled' },
};

function State({ of }: { of: ModelStatus }) {
  const { says, look } = states[of];
  return <span className={`status status-${look}`}>{says}</span>;
}

function Move({ model, busy, onMove }: { model: Model; busy: boolean } & Pick<Rows, 'onMove'>) {
  const to = model.state === 'ready' || model.state === 'loading' ? 'unload' : 'load';
  const says = to === 'load' ? 'Load' : 'Unload';
  return (
    <button
      type="button"
      className="button button-small"
      disabled={busy || model.state === 'stopped' || model.state === 'loading'}
      aria-label={`${says} ${model.name}`}
      onClick={() => onMove(model, to)}
    >
      {says}
    </button>
  );
}
