import type { Source } from '../api/client';
import { Confirm } from '../ui/Confirm';

/** Asks before a source is deleted. */
export function DeleteSource(props: {
  source: Pick<Source, 'name' | 'collection'>;
  busy: boolean;
  onConfirm: () => void;
  onClose: () => void;
}) {
  return (
    <Confirm
      title="Delete this source?"
      action="Delete it"
      busy={props.busy}
      onConfirm={props.onConfirm}
      onClose={props.onClose}
    >
      <p>
        <b>{props.source.name}</b> is synced no more. The documents that it brought stay in {props.source.collection}.
      </p>
    </Confirm>
  );
}
