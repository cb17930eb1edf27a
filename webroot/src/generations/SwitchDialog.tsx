import type { Generation } from '../api/client';
import { count, plural } from '../ui/format';
import { Dialog } from '../ui/Dialog';
import { lackingOf, meansOf, nameOf, waitingOf } from './generation';

/** Asks before searches are answered from another generation, and says what happens then. */
export function SwitchDialog(props: {
  one: Generation;
  live: Generation | undefined;
  busy: boolean;
  onConfirm: (incomplete: boolean) => void;
  onClose: () => void;
}) {
  const { one, live } = props;
  const lacking = lackingOf(one);
  return (
    <Dialog title={`Search from ${nameOf(one).toLowerCase()}?`} onClose={props.onClose}>
      <div className="dialog-text">
        <p>
          From then on searches go by {meansOf(one)}. It takes a moment, and no search fails or sees half of it.
          {live !== undefined && ` ${nameOf(live)}, which is live now, is kept, so that you can go back.`}
        </p>
        {lacking > 0 && (
          <p className="generation-lacking">
            {missing(one)} Until they are in it, they are found by their words alone. What waits is brought in after the
            switch; what failed, when you try it again.
          </p>
        )}
      </div>
      <div className="actions actions-end">
        <button type="button" className="button" autoFocus onClick={props.onClose}>
          Not now
        </button>
        <button
          type="button"
          className={lacking > 0 ? 'button button-danger' : 'button button-primary'}
          disabled={props.busy}
          onClick={() => props.onConfirm(lacking > 0)}
        >
          {lacking > 0 ? `Switch without ${plural(lacking, 'document')}` : 'Switch'}
        </button>
      </div>
    </Dialog>
  );
}

/** "Of 120 documents 20 are not in it yet and 3 failed." */
function missing(one: Generation): string {
  const waiting = waitingOf(one);
  const parts = [
    waiting > 0 ? `${count(waiting)} ${waiting === 1 ? 'is' : 'are'} not in it yet` : '',
    one.failed > 0 ? `${count(one.failed)} failed` : '',
  ].filter((part) => part !== '');
  return `Of ${plural(one.documents, 'document')} ${parts.join(' and ')}.`;
}
