/** The reader's own time zone. */
export const here = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Every zone this browser knows; the list is only a help, the server knows them all. */
export function zones(): readonly string[] {
  return ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')];
}

/** A moment by the clocks of a zone: "Sun 29 Mar, 03:00"; with its year when it is another than now's. */
export function inZone(at: string, zone: string, now = new Date()): string {
  const moment = new Date(at);
  const year = (date: Date) => part(date, zone, { year: 'numeric' });
  const day = part(moment, zone, { weekday: 'short', day: 'numeric', month: 'short' }).replace(',', '');
  const shown = year(moment) === year(now) ? day : `${day} ${year(moment)}`;
  return `${shown}, ${part(moment, zone, { hour: '2-digit', minute: '2-digit' })}`;
}

function part(moment: Date, timeZone: string, form: Intl.DateTimeFormatOptions): string {
  try {
    return new Intl.DateTimeFormat('en-GB', { ...form, timeZone }).format(moment);
  } catch {
    // A zone that the server knows and this browser does not.
    return new Intl.DateTimeFormat('en-GB', form).format(moment);
  }
}

/** Whether both zones show the same clock at that moment. */
export function sameClock(at: string, one: string, other: string): boolean {
  return inZone(at, one) === inZone(at, other);
}

/** What becomes of missed runs, in words. */
export function missedRuns(policy: 'skip' | 'once' | 'all', max: number): string {
  switch (policy) {
    case 'skip':
      return 'skipped';
    case 'once':
      return 'one task for all of them';
    case 'all':
      return `the last ${max}, each with its task`;
  }
}
