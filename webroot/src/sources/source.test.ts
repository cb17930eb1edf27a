import { describe, expect, it } from 'vitest';
import type { Source, SourceSync } from '../api/client';
import { changeOf, complaintsOf, failuresOf, fieldsOf, foundOf, isShown, requestOf, whereOf, wrongWith } from './source';

const source: Source = {
  id: 'a'.repeat(32),
  name: 'handbook',
  collection: 'handbook',
  kind: 'directory',
  path: '/srv/handbook',
  include: ['*.md', 'guide/**'],
  exclude: [],
  tags: ['team', 'rules'],
  onGone: 'disable',
  cron: '@daily',
  timeZone: 'Europe/Berlin',
  createdAt: '2026-11-21T10:00:00.000Z',
  updatedAt: '2026-11-21T10:00:00.000Z',
};

const sync: SourceSync = {
  taskId: '0-t',
  startedAt: '2026-11-21T10:00:00.000Z',
  new: 0,
  changed: 0,
  unchanged: 0,
  gone: 0,
  failed: 0,
};

describe('a source that is typed', () => {
  it('is the same again when nothing was changed', () => {
    const { name, collection, path, include, exclude, tags, onGone, cron, timeZone } = source;

    expect(changeOf(fieldsOf(source))).toEqual({
      name, collection, path, include, exclude, tags, onGone, cron, timeZone,
    });
  });

  it('has the members of its kind alone, whatever was typed for another', () => {
    const fields = { ...fieldsOf(undefined), name: ' news ', collection: 'news', path: '/srv', kind: 'web' as const };

    expect(requestOf({ ...fields, urls: ' https://a.example/ \n\nhttps://b.example/\n', tags: 'x, ,x,y' })).toEqual({
      name: 'news',
      collection: 'news',
      kind: 'web',
      urls: ['https://a.example/', 'https://b.example/'],
      tags: ['x', 'y'],
      onGone: 'keep',
    });
  });

  it('ends its schedule when it is no longer synced by itself', () => {
    expect(changeOf({ ...fieldsOf(source), byItself: false })).toMatchObject({ cron: null });
    expect(requestOf({ ...fieldsOf(source), byItself: false })).not.toHaveProperty('cron');
  });

  it('is told what is missing, by kind', () => {
    const missing = (part: object) => complaintsOf({ ...fieldsOf(undefined), ...part }).map(({ pointer }) => pointer);

    expect(missing({})).toEqual(['/name', '/collection', '/path']);
    expect(missing({ kind: 's3', name: 'a', collection: 'b' })).toEqual(['/connection', '/bucket']);
    expect(missing({ kind: 'web', byItself: true, cron: ' ' })).toEqual(['/name', '/collection', '/urls', '/cron']);
  });

  it('is told in which line something is wrong', () => {
    const complaints = [{ pointer: '/urls/2', says: 'That is no public host.' }];

    expect(wrongWith('urls', complaints)).toBe('Line 3: That is no public host.');
    expect(wrongWith('path', complaints)).toBeUndefined();
  });

  it('shows a refusal beside its field only where there is that field', () => {
    const fields = fieldsOf(source);

    expect(isShown(fields, '/include/0')).toBe(true);
    expect(isShown(fields, '/urls/0')).toBe(false);
    expect(isShown(fields, '/kind')).toBe(false);
    expect(isShown(fields, '')).toBe(false);
    expect(isShown({ ...fields, byItself: false }, '/cron')).toBe(false);
  });
});

describe('a source in a line', () => {
  it('says where it lies', () => {
    expect(whereOf(source)).toBe('/srv/handbook');
    expect(whereOf({ kind: 'web', urls: ['https://a.example/'] })).toBe('https://a.example/');
    expect(whereOf({ kind: 'web', urls: ['https://a.example/', 'x', 'y'] })).toBe('https://a.example/ and 2 more');
    expect(whereOf({ kind: 's3', bucket: 'books', prefix: 'law/' })).toBe('books/law/');
  });

  it('says what its sync found', () => {
    expect(foundOf({ ...sync, new: 2, unchanged: 1400, failed: 1 })).toBe('2 new, 1,400 unchanged, 1 failed');
    expect(foundOf(sync)).toBe('no files');
  });
});

describe('the failures of a sync', () => {
  it('are those its result names', () => {
    expect(failuresOf({ failures: [{ file: 'a.md', error: 'It is too large.' }] })).toHaveLength(1);
    expect(failuresOf({ skipped: true })).toEqual([]);
    expect(failuresOf(undefined)).toEqual([]);
  });
});
