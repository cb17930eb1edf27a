import { describe, expect, it } from 'vitest';
import { FrameParser } from './frames';

const stream = [
  'id: 5-0\nevent: task.status\ndata: {"a":1}\n\n',
  ': a comment\r\nevent: ping\r\ndata: {}\r\n\r\n',
  'id: 6-0\rdata: one\rdata: two\r\r',
  'id: 7-0\n\n',
  'data:no space\n\n',
].join('');

const expected = [
  { id: '5-0', type: 'task.status', data: '{"a":1}' },
  { id: '5-0', type: 'ping', data: '{}' },
  { id: '6-0', type: 'message', data: 'one\ntwo' },
  { id: '7-0', type: 'message', data: 'no space' },
];

describe('a parser of event streams', () => {
  it('reads every form of line end, comments, many data lines and frames of an id alone', () => {
    expect(new FrameParser().push(stream)).toEqual(expected);
  });

  it('gives the same frames however the text is cut', () => {
    for (let size = 1; size < 9; size++) {
      const parser = new FrameParser();
      const frames = [];
      for (let at = 0; at < stream.length; at += size) frames.push(...parser.push(stream.slice(at, at + size)));

      expect(frames).toEqual(expected);
    }
  });

  it('skips a byte order mark and keeps an unfinished frame to itself', () => {
    const parser = new FrameParser();

    expect(parser.push('\uFEFFdata: x\n')).toEqual([]);
    expect(parser.push('\n')).toEqual([{ id: '', type: 'message', data: 'x' }]);
  });
});
