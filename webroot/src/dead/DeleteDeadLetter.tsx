import type { DeadLetterSummary } from '../api/client';
import { Confirm } from '../ui/Confirm';

/** Asks before a dead letter is deleted. */
export function DeleteDeadLetter(props: {
  letter: Pick<DeadLetterSummary, 'id' | 'handler'>;
  busy: boolean;
  onConfirm: () => void;
  onClose: () => void;
}) {
  return (
    <Confirm
      title="Delete this dead letter?"
      action="Delete it"
      busy={props.busy}
      onConfirm={props.onConfirm}
      onClose={props.onClose}
    >
      <p>
        The <b>{props.letter.handler}</b> task <code>{props.letter.id}</code> can then no longer be run again. It stays
        dead among the tasks.
      </p>
    </Confirm>
  );
}
