import { Field } from '../form/Field';
import { Preview } from './Preview';
import { zones } from './times';

/** When something runs by itself, as it is typed, with the next runs beside it. */
export interface Times {
  readonly cron: string;
  readonly timeZone: string;
}

/** A cron expression and its time zone. */
export function TimesFields(props: {
  times: Times;
  wrong: (name: keyof Times) => string | undefined;
  onChange: (part: Partial<Times>) => void;
}) {
  const { times, wrong, onChange } = props;
  return (
    <div className="schedule-times">
      <div className="form">
        <Field
          label="Times"
          help="minute, hour, day of the month, month, day of the week; or @hourly, @daily, @weekly, @monthly"
          wrong={wrong('cron')}
        >
          {(id, described) => (
            <input
              id={id}
              className="mono"
              aria-describedby={described}
              maxLength={200}
              spellCheck={false}
              autoCapitalize="off"
              value={times.cron}
              onChange={(event) => onChange({ cron: event.target.value })}
            />
          )}
        </Field>
        <Field label="Time zone" wrong={wrong('timeZone')}>
          {(id) => (
            <>
              <input
                id={id}
                list={`${id}-zones`}
                spellCheck={false}
                value={times.timeZone}
                onChange={(event) => onChange({ timeZone: event.target.value })}
              />
              <datalist id={`${id}-zones`}>
                {zones().map((zone) => (
                  <option key={zone} value={zone} />
                ))}
              </datalist>
            </>
          )}
        </Field>
      </div>
      <Preview cron={times.cron} timeZone={times.timeZone} />
    </div>
  );
}
