import { useEffect } from 'react';
import { countDeadLetters } from '../api/calls';
import { useLoad } from '../api/useLoad';
import { useReloadOnFeed } from '../api/useReloadOnFeed';
import { plural } from '../ui/format';
import { onDeleted, touchesDeadLetters } from './letters';

/** Beyond this it is simply many. */
const countedMax = 99;

export interface Count {
  readonly shown: string;
  readonly said: string;
}

/** How many dead letters there are; null while there are none. */
export function useDeadCount(): Count | null {
  const { data, reload } = useLoad('dead letters', (signal) => countDeadLetters({}, countedMax, signal));
  useReloadOnFeed(touchesDeadLetters, reload);
  useEffect(() => onDeleted(reload), [reload]);
  if (data === undefined || data.matched === 0) return null;
  const said = plural(data.matched, 'dead letter');
  return data.more ? { shown: `${data.matched}+`, said: `more than ${said}` } : { shown: `${data.matched}`, said };
}

/** Their number as a small badge. */
export function DeadBadge({ count: { shown, said } }: { count: Count }) {
  return (
    <span className="badge" title={said}>
      {shown}
    </span>
  );
}
