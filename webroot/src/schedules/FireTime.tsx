import { absolute, relative } from '../ui/format';
import { useNow } from '../ui/Time';
import { here, inZone, sameClock } from './times';

/** A moment of a schedule: by the reader's clock, and by the schedule's own where that is another. */
export function FireTime({ at, zone }: { at: string; zone: string }) {
  const now = new Date(useNow());
  const moment = new Date(at);
  const near = Math.abs(moment.getTime() - now.getTime()) < 24 * 60 * 60 * 1000;
  return (
    <span className="fire-time">
      <time dateTime={at} title={absolute(moment)}>
        {inZone(at, here, now)}
      </time>
      {near && <span className="quiet"> {relative(moment, now)}</span>}
      {!sameClock(at, here, zone) && (
        <span className="quiet table-sub">
          {inZone(at, zone, now)} {zone}
        </span>
      )}
    </span>
  );
}
