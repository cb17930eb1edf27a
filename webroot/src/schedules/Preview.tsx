import { useEffect, useState } from 'react';
import { previewSchedule } from '../api/calls';
import { useLoad } from '../api/useLoad';
import { FireTimes } from './SchedulePage';

/** How long typing must rest before it is asked about. */
const restMs = 250;

/** The next five runs of what is being typed. */
export function Preview({ cron, timeZone }: { cron: string; timeZone: string }) {
  const asked = useRested(JSON.stringify([cron.trim(), timeZone.trim()]));
  const [expression, zone] = JSON.parse(asked) as [string, string];
  const empty = expression === '' || zone === '';
  const times = useLoad(empty ? null : asked, (signal) => previewSchedule(expression, zone, signal));
  return (
    <section className="preview" aria-label="Next runs" aria-live="polite">
      <h3>Next runs</h3>
      {times.problem !== undefined && <p className="field-bad">{times.problem.message}</p>}
      {times.problem === undefined && times.data !== undefined && <FireTimes times={times.data} zone={zone} />}
      {times.problem === undefined && times.data === undefined && <p className="quiet">{empty ? '' : '…'}</p>}
    </section>
  );
}

/** `value`, once it has stayed the same for a while. */
function useRested(value: string): string {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), restMs);
    return () => clearTimeout(timer);
  }, [value]);
  return rested;
}
