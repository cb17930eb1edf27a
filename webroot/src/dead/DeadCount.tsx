import { useEffect } from 'react';
import { countDeadLetters } from '../api/calls';
import { useLoad } from '../api/useLoad';
import { useReloadOnFeed } from '../api/useReloadOnFeed';
import { plural } from '../ui/format';
import { onDeleted, touchesDeadLetters } from './letters';

/** Beyond this it is simply many. */
const countedMax = 99;

/** How many dead letters there are, in a small badge; nothing while there are none. */
export function DeadCount() {
  const { data, reload } = useLoad('dead letters', (signal) => countDeadLetters({}, countedMax, signal));
  useReloadOnFeed(touchesDeadLetters, reload);
  useEffect(() => onDeleted(reload), [reload]);
  if (data === undefined || data.matched === 0) return null;
  const said = data.more ? `more than ${plural(data.matched, 'dead letter')}` : plural(data.matched, 'dead letter');
  return (
    <span className="badge" title={said}>
      {data.more ? `${data.matched}+` : data.matched}
    </span>
  );
}
