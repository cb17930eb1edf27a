import { count } from '../ui/format';
import { Confirm } from '../ui/Confirm';

/** Asks before a job is cancelled, because that cancels its tasks. */
export function CancelJob(props: { open: number; busy: boolean; onConfirm: () => void; onClose: () => void }) {
  return (
    <Confirm
      title="Cancel this job?"
      action="Cancel the job"
      busy={props.busy}
      onConfirm={props.onConfirm}
      onClose={props.onClose}
    >
      <p>
        {props.open === 1 ? 'Its open task is' : `Its ${count(props.open)} open tasks are`} cancelled too. What has ended
        stays as it is.
      </p>
    </Confirm>
  );
}
