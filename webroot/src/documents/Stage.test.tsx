// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Document, TaskEvent } from '../api/client';
import { followedOf, Stage } from './Stage';

const log = vi.hoisted(() => ({ events: [] as TaskEvent[] }));
vi.mock('../tasks/useTaskLog', () => ({ useTaskLog: () => ({ log: { ...log, snapshot: null }, state: 'live' }) }));
afterEach(cleanup);

const event = (type: string, data: object) => ({ type, task: '0-1', at: '2026-11-21T10:00:00.000Z', data }) as TaskEvent;
const document = (id: string, status: Document['status'], taskId?: string) => ({ id, status, taskId }) as Document;

describe('the reading of documents', () => {
  it('is followed of a few that are being read, and of no other', () => {
    const all = [
      document('waits', 'pending', 't0'),
      document('a', 'processing', 't1'),
      document('ready', 'ready', 't2'),
      document('without', 'processing'),
      document('b', 'processing', 't3'),
      document('c', 'processing', 't4'),
    ];

    expect([...followedOf(all)]).toEqual(['a', 'b']);
  });

  it('says in words how far it is', () => {
    log.events = [event('task.progress', { stage: 'extract', done: 0, total: 1 })];
    const { rerender } = render(<Stage task="0-1" />);
    expect(screen.getByRole('status').textContent).toBe('its text is being taken out');

    log.events = [...log.events, event('task.progress', { stage: 'embed', done: 64, total: 1200 })];
    rerender(<Stage task="0-1" />);
    expect(screen.getByRole('status').textContent).toBe('being embedded, 64 of 1,200');

    log.events = [...log.events, event('task.status', {})].map((one, i) => (i === 2 ? { ...one, final: true } : one));
    rerender(<Stage task="0-1" />);
    expect(screen.queryByRole('status')).toBeNull();
  });
});
