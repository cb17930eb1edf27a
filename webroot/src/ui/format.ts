const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const dayAndMonth = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const dayMonthYear = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
const full = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });
const digits = new Intl.NumberFormat('en-GB');

/** A moment as people say it, seen from `now`: "12 s ago", "in 3 min", "14 Nov, 10:32". */
export function relative(moment: Date, now: Date): string {
  const passed = now.getTime() - moment.getTime();
  const far = Math.abs(passed);
  if (Number.isNaN(far)) return 'unknown';
  if (far < 5 * second) return 'just now';
  const said =
    far < minute
      ? `${Math.floor(far / second)} s`
      : far < hour
        ? `${Math.floor(far / minute)} min`
        : far < day
          ? `${Math.floor(far / hour)} h`
          : null;
  if (said !== null) return passed > 0 ? `${said} ago` : `in ${said}`;
  const date = moment.getFullYear() === now.getFullYear() ? dayAndMonth : dayMonthYear;
  return `${date.format(moment)}, ${clock.format(moment)}`;
}

/** The whole moment, in the reader's own time zone. */
export function absolute(moment: Date): string {
  return Number.isNaN(moment.getTime()) ? 'unknown' : full.format(moment);
}

/** Time of day to the millisecond, for logs. */
export function timeOfDay(moment: Date): string {
  const two = (n: number) => String(n).padStart(2, '0');
  const ms = String(moment.getMilliseconds()).padStart(3, '0');
  return `${two(moment.getHours())}:${two(moment.getMinutes())}:${two(moment.getSeconds())}.${ms}`;
}

/** A span of milliseconds in at most two units: "3 ms", "1.24 s", "2 min 5 s", "3 h 10 min", "2 d 4 h". */
export function duration(ms: number): string {
  if (ms < 0) return '0 ms';
  if (ms < 1) return '< 1 ms';
  if (ms < second) return `${Math.round(ms)} ms`;
  if (ms < 10 * second) return `${(ms / second).toFixed(2)} s`;
  if (ms < minute) return `${(ms / second).toFixed(1)} s`;
  const two = (big: number, bigName: string, small: number, smallName: string) =>
    small === 0 ? `${big} ${bigName}` : `${big} ${bigName} ${small} ${smallName}`;
  if (ms < hour) return two(Math.floor(ms / minute), 'min', Math.floor((ms % minute) / second), 's');
  if (ms < day) return two(Math.floor(ms / hour), 'h', Math.floor((ms % hour) / minute), 'min');
  return two(Math.floor(ms / day), 'd', Math.floor((ms % day) / hour), 'h');
}

/** A number of bytes, in binary units. */
export function bytes(n: number): string {
  if (n < 1024) return `${n} B`;
  const units = ['KB', 'MB', 'GB', 'TB'];
  let value = n / 1024;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value < 10 ? value.toFixed(1) : String(Math.round(value))} ${units[unit] ?? ''}`;
}

/** A whole number with separators: 1,234,567. */
export function count(n: number): string {
  return digits.format(n);
}

/** "1 file", "2 files". */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}
