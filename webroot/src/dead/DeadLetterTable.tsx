import type { DeadLetterSummary } from '../api/client';
import { Link } from '../app/Link';
import { Icon } from '../ui/Icon';
import { Time } from '../ui/Time';

interface Rows {
  letters: readonly DeadLetterSummary[];
  /** The ids of those that something is being done to. */
  busy: ReadonlySet<string>;
  onRetry: (letter: DeadLetterSummary) => void;
  onDelete: (letter: DeadLetterSummary) => void;
}

/** Dead letters in rows; on a narrow screen each row becomes a card. */
export function DeadLetterTable({ letters, ...rows }: Rows) {
  return (
    <table className="table tasks">
      <caption className="visually-hidden">Dead letters, those that died last first</caption>
      <thead>
        <tr>
          <th scope="col">Task</th>
          <th scope="col">Runs</th>
          <th scope="col">Died</th>
          <th scope="col">By</th>
          <th scope="col">
            <span className="visually-hidden">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {letters.map((letter) => (
          <Row key={letter.id} letter={letter} {...rows} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ letter, busy, onRetry, onDelete }: Omit<Rows, 'letters'> & { letter: DeadLetterSummary }) {
  const waits = busy.has(letter.id);
  return (
    <tr>
      <td className="table-main">
        <Link href={`/dead-letters/${letter.id}`} className="task-link">
          {letter.handler}
        </Link>
        <code className="task-preview">{letter.preview}</code>
        <span className="bad table-sub">
          <code>{letter.error.type}</code> {letter.error.message}
        </span>
      </td>
      <td>
        <Runs letter={letter} />
      </td>
      <td>
        <Time at={letter.diedAt} />
      </td>
      <td>{letter.user}</td>
      <td>
        <div className="actions row-actions">
          <button type="button" className="button button-small" disabled={waits} onClick={() => onRetry(letter)}>
            <Icon name="retry" size={15} /> Retry<span className="visually-hidden"> {letter.handler} {letter.id}</span>
          </button>
          <button
            type="button"
            className="button-bare button-small"
            disabled={waits}
            title="Delete"
            aria-label={`Delete ${letter.handler} ${letter.id}`}
            onClick={() => onDelete(letter)}
          >
            <Icon name="trash" size={16} />
          </button>
        </div>
      </td>
    </tr>
  );
}

/** How often it ran, and how many of the runs lost their worker. */
export function Runs({ letter }: { letter: Pick<DeadLetterSummary, 'attempts' | 'deliveries'> }) {
  const lost = Math.max(0, letter.deliveries - letter.attempts);
  return (
    <>
      {letter.deliveries}
      <span className="unit"> {letter.deliveries === 1 ? 'run' : 'runs'}</span>
      {lost > 0 && <span className="quiet">, {lost} lost</span>}
    </>
  );
}
