import type { Source, SourceChange, SourceKind, SourceRequest, SourceSync } from '../api/client';
import type { Complaint } from '../form/schema';
import { here } from '../schedules/times';
import { count, plural } from '../ui/format';

/** What each kind of source is called. */
export const kinds: Record<SourceKind, string> = { directory: 'Directory', web: 'Web pages', s3: 'S3 bucket' };

/** What becomes of documents whose file is gone, in words. */
export const gone: Record<Source['onGone'], string> = {
  keep: 'stay as they are',
  disable: 'stay, but search does not find them',
  delete: 'are deleted too',
};

/** A source as it is typed; lists are lines, tags are divided by commas. */
export interface Fields {
  readonly name: string;
  readonly collection: string;
  readonly kind: SourceKind;
  readonly path: string;
  readonly urls: string;
  readonly connection: string;
  readonly bucket: string;
  readonly prefix: string;
  readonly include: string;
  readonly exclude: string;
  readonly tags: string;
  readonly onGone: Source['onGone'];
  readonly byItself: boolean;
  readonly cron: string;
  readonly timeZone: string;
}

export function fieldsOf(source: Source | undefined): Fields {
  return {
    name: source?.name ?? '',
    collection: source?.collection ?? '',
    kind: source?.kind ?? 'directory',
    path: source?.path ?? '',
    urls: source?.urls?.join('\n') ?? '',
    connection: source?.connection ?? '',
    bucket: source?.bucket ?? '',
    prefix: source?.prefix ?? '',
    include: source?.include.join('\n') ?? '',
    exclude: source?.exclude.join('\n') ?? '',
    tags: source?.tags.join(', ') ?? '',
    onGone: source?.onGone ?? 'keep',
    byItself: source?.cron !== undefined,
    cron: source?.cron ?? '0 3 * * *',
    timeZone: source?.timeZone ?? here,
  };
}

/** What is missing, before the server is asked. */
export function complaintsOf(fields: Fields): Complaint[] {
  const needed: [keyof Fields, string][] = [
    ['name', 'It needs a name.'],
    ['collection', 'It needs a collection.'],
  ];
  if (fields.kind === 'directory') needed.push(['path', 'It needs the path of a directory.']);
  if (fields.kind === 'web') needed.push(['urls', 'It needs at least one address.']);
  if (fields.kind === 's3') {
    needed.push(['connection', 'It needs the name of a connection.'], ['bucket', 'It needs a bucket.']);
  }
  if (fields.byItself) needed.push(['cron', 'It needs its times.'], ['timeZone', 'It needs a time zone.']);
  return needed
    .filter(([name]) => String(fields[name]).trim() === '')
    .map(([name, says]) => ({ pointer: `/${name}`, says }));
}

/** What is wrong with a field; of one with lines, in which line. */
export function wrongWith(name: keyof Fields, complaints: readonly Complaint[]): string | undefined {
  for (const { pointer, says } of complaints) {
    if (pointer === `/${name}`) return says;
    const at = /^\/(\w+)\/(\d+)$/.exec(pointer);
    if (at?.[1] === name) return `${name === 'tags' ? 'Tag' : 'Line'} ${Number(at[2]) + 1}: ${says}`;
  }
  return undefined;
}

/** Whether the form has a place where this complaint is shown. */
export function isShown(fields: Fields, pointer: string): boolean {
  const name = pointer.split('/')[1] ?? '';
  if (name === 'cron' || name === 'timeZone') return fields.byItself;
  return [...everywhere, ...ofPlace[fields.kind]].some((one) => one === name);
}

const everywhere = ['name', 'collection', 'tags', 'onGone'] as const;
const ofPlace: Record<SourceKind, readonly (keyof Fields)[]> = {
  directory: ['path', 'include', 'exclude'],
  web: ['urls'],
  s3: ['connection', 'bucket', 'prefix', 'include', 'exclude'],
};

function lines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function common(fields: Fields) {
  const tags = fields.tags.split(',').map((tag) => tag.trim());
  return {
    name: fields.name.trim(),
    collection: fields.collection.trim(),
    ...placeOf(fields),
    tags: [...new Set(tags.filter((tag) => tag !== ''))],
    onGone: fields.onGone,
  };
}

function placeOf(fields: Fields) {
  const globs = { include: lines(fields.include), exclude: lines(fields.exclude) };
  switch (fields.kind) {
    case 'directory':
      return { path: fields.path.trim(), ...globs };
    case 'web':
      return { urls: lines(fields.urls) };
    case 's3': {
      const { connection, bucket, prefix } = fields;
      return { connection: connection.trim(), bucket: bucket.trim(), prefix: prefix.trim(), ...globs };
    }
  }
}

/** What makes the source. */
export function requestOf(fields: Fields): SourceRequest {
  const times = fields.byItself ? { cron: fields.cron.trim(), timeZone: fields.timeZone.trim() } : {};
  return { ...common(fields), kind: fields.kind, ...times };
}

/** What makes a source that is there what was typed. */
export function changeOf(fields: Fields): SourceChange {
  const times = fields.byItself ? { cron: fields.cron.trim(), timeZone: fields.timeZone.trim() } : { cron: null };
  return { ...common(fields), ...times };
}

/** Where a source lies, in a line. */
export function whereOf(source: Pick<Source, 'kind' | 'path' | 'urls' | 'bucket' | 'prefix'>): string {
  switch (source.kind) {
    case 'directory':
      return source.path ?? '';
    case 'web': {
      const [first = '', ...others] = source.urls ?? [];
      return others.length === 0 ? first : `${first} and ${count(others.length)} more`;
    }
    case 's3':
      return `${source.bucket ?? ''}/${source.prefix ?? ''}`;
  }
}

const counted = ['new', 'changed', 'unchanged', 'gone', 'failed'] as const;

/** How many files a sync found how, those of which there were some. */
export function countsOf(sync: SourceSync): { name: (typeof counted)[number]; files: number }[] {
  return counted.map((name) => ({ name, files: sync[name] })).filter(({ files }) => files > 0);
}

/** What a sync found, in a line: "2 new, 40 unchanged". */
export function foundOf(sync: SourceSync): string {
  const counts = countsOf(sync);
  if (counts.length === 0) return 'no files';
  return counts.map(({ name, files }) => `${count(files)} ${name}`).join(', ');
}

/** A file that a sync could not read. */
export interface Failure {
  readonly file: string;
  readonly error: string;
}

/** The failures that the result of a sync names. */
export function failuresOf(result: unknown): Failure[] {
  const named = (result as { failures?: unknown } | null | undefined)?.failures;
  return Array.isArray(named) ? (named as Failure[]) : [];
}

/** How far a sync is: what it has looked at so far. */
export function lookedAt(files: number): string {
  return `${plural(files, 'file')} looked at`;
}
