import { afterEach, describe, expect, it } from 'vitest';
import { type ConnectionState, EventConnection } from './connection';
import type { Frame } from './frames';

/** A server whose answers are written beforehand, one per request. */
function serverOf(answers: (() => Response | Promise<Response>)[]) {
  const asked: (string | null)[] = [];
  const fetch = (_url: unknown, init?: RequestInit) => {
    asked.push(new Headers(init?.headers).get('Last-Event-ID'));
    const next = answers[asked.length - 1];
    return next === undefined ? new Promise<Response>(() => undefined) : Promise.resolve(next());
  };
  return { asked, fetch: fetch as typeof globalThis.fetch };
}

const streamOf = (...frames: string[]) => () => new Response(frames.join(''), { status: 200 });
const status = (code: number) => () => new Response(code === 204 ? null : '{}', { status: code });
const frame = (id: string, data = '{}') => `id: ${id}\nevent: task.progress\ndata: ${data}\n\n`;

function open(answers: (() => Response | Promise<Response>)[], isLast?: (frame: Frame) => boolean) {
  const server = serverOf(answers);
  const frames: Frame[] = [];
  const states: ConnectionState[] = [];
  const settled: (() => void)[] = [];
  const connection = new EventConnection({
    url: '/events',
    fetch: server.fetch,
    pause: () => Promise.resolve(),
    onFrame: (one) => frames.push(one),
    onState: (state) => {
      states.push(state);
      if (state === 'over' || state === 'refused') for (const done of settled) done();
    },
    ...(isLast === undefined ? {} : { isLast }),
  });
  opened.push(connection);
  return { ...server, frames, states, ended: new Promise<void>((resolve) => settled.push(resolve)) };
}

const opened: EventConnection[] = [];
afterEach(() => {
  for (const one of opened.splice(0)) one.close();
});

describe('an event connection', () => {
  it('resumes after the last event it saw when the stream breaks off', async () => {
    const reader = open([streamOf(frame('1-0'), frame('2-0')), streamOf(frame('3-0')), status(204)]);

    await reader.ended;

    expect(reader.asked).toEqual([null, '2-0', '3-0']);
    expect(reader.frames.map((one) => one.id)).toEqual(['1-0', '2-0', '3-0']);
  });

  it('does not resume after half a frame, which the server sends again', async () => {
    const reader = open([streamOf(frame('1-0'), 'id: 2-0\ndata: {"ha'), streamOf(frame('2-0')), status(204)]);

    await reader.ended;

    expect(reader.asked).toEqual([null, '1-0', '2-0']);
    expect(reader.frames.map((one) => one.id)).toEqual(['1-0', '2-0']);
  });

  it('comes back when the server was away, and says so meanwhile', async () => {
    const refused = () => Promise.reject(new TypeError('refused'));
    const reader = open([refused, status(503), streamOf(frame('1-0')), status(204)]);

    await reader.ended;

    expect(reader.states.slice(0, 3)).toEqual(['connecting', 'waiting', 'waiting']);
    expect(reader.states).toContain('live');
    expect(reader.frames).toHaveLength(1);
  });

  it('asks nothing any more when the server closes the stream after the last event', async () => {
    const last = frame('3-0', '{"final":true}');
    const reader = open([streamOf(frame('1-0', '{"final":true}'), frame('2-0'), last)], (one) =>
      one.data.includes('final'),
    );

    await reader.ended;

    expect(reader.asked).toHaveLength(1);
    expect(reader.frames.map((one) => one.id)).toEqual(['1-0', '2-0', '3-0']);
    expect(reader.states.at(-1)).toBe('over');
  });

  it('gives up what the server refuses for good', async () => {
    const reader = open([status(404)]);

    await reader.ended;

    expect(reader.states).toEqual(['connecting', 'refused']);
  });

  it('hands pings on to nobody, and they do not move its place', async () => {
    const reader = open([streamOf(frame('1-0'), 'event: ping\ndata: {}\n\n'), status(204)]);

    await reader.ended;

    expect(reader.frames).toHaveLength(1);
    expect(reader.asked).toEqual([null, '1-0']);
  });
});
