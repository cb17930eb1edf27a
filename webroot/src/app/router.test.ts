import { describe, expect, it } from 'vitest';
import { address, match } from './router';

describe('addresses', () => {
  it('match a pattern part by part', () => {
    expect(match('/tasks/:id', '/tasks/0-01')).toEqual({ id: '0-01' });
    expect(match('/tasks/:id', '/tasks')).toBeNull();
    expect(match('/tasks/:id', '/tasks/a/b')).toBeNull();
    expect(match('/', '/')).toEqual({});
  });

  it('give parts as they were before they were escaped', () => {
    expect(match('/documents/:id', '/documents/a%2Fb')).toEqual({ id: 'a/b' });
    expect(match('/documents/:id', '/documents/%zz')).toBeNull();
  });

  it('leave out what is empty', () => {
    expect(address('/', { q: 'a b', mode: '', in: ['x', 'y'], limit: undefined })).toBe('/?q=a+b&in=x&in=y');
    expect(address('/tasks', {})).toBe('/tasks');
  });
});
