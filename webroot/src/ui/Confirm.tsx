import type { ReactNode } from 'react';
import { Dialog } from './Dialog';

/** Asks before something that cannot be undone. */
export function Confirm(props: {
  title: string;
  children: ReactNode;
  action: string;
  busy?: boolean;
  onConfirm: () => void;
  onClose: () => void;
}) {
  return (
    <Dialog title={props.title} onClose={props.onClose}>
      <div className="dialog-text">{props.children}</div>
      <div className="actions actions-end">
        <button type="button" className="button" autoFocus onClick={props.onClose}>
          Keep it
        </button>
        <button type="button" className="button button-danger" disabled={props.busy} onClick={props.onConfirm}>
          {props.action}
        </button>
      </div>
    </Dialog>
  );
}
