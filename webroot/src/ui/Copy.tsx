import { useEffect, useState } from 'react';
import { Icon } from './Icon';

const shownMs = 1600;

/** Copies a text and says so for a moment. */
export function Copy({ text, label }: { text: () => string; label: string }) {
  const [outcome, setOutcome] = useState<'copied' | 'refused' | null>(null);
  useEffect(() => {
    if (outcome === null) return;
    const timer = setTimeout(() => setOutcome(null), shownMs);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = () => {
    // Without a secure context there is no clipboard at all.
    const clipboard = navigator.clipboard as Clipboard | undefined;
    if (clipboard === undefined) setOutcome('refused');
    else
      clipboard.writeText(text()).then(
        () => setOutcome('copied'),
        () => setOutcome('refused'),
      );
  };
  return (
    <button type="button" className="copy" onClick={copy} title={label} aria-label={label}>
      <Icon name={outcome === 'copied' ? 'check' : 'copy'} size={15} />
      <span role="status">{outcome === 'copied' ? 'Copied' : outcome === 'refused' ? 'Not allowed' : ''}</span>
    </button>
  );
}
