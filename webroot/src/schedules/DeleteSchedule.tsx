import type { ScheduleSummary } from '../api/client';
import { Confirm } from '../ui/Confirm';

/** Asks before a schedule is deleted. */
export function DeleteSchedule(props: {
  schedule: Pick<ScheduleSummary, 'name'>;
  busy: boolean;
  onConfirm: () => void;
  onClose: () => void;
}) {
  return (
    <Confirm
      title="Delete this schedule?"
      action="Delete it"
      busy={props.busy}
      onConfirm={props.onConfirm}
      onClose={props.onClose}
    >
      <p>
        <b>{props.schedule.name}</b> submits no more tasks. Those it has submitted stay.
      </p>
    </Confirm>
  );
}
