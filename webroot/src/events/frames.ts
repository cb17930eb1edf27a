/** One frame of an event stream, as HTML's server-sent events define it. */
export interface Frame {
  /** The last id the stream has given, this frame's own included; empty before the first. */
  readonly id: string;
  readonly type: string;
  readonly data: string;
}

/** Cuts text that arrives in arbitrary pieces into frames. */
export class FrameParser {
  private rest = '';
  private id = '';
  private type = '';
  private data: string[] = [];
  private started = false;

  /** The frames completed by `chunk`, in order. */
  push(chunk: string): Frame[] {
    let text = this.rest + chunk;
    if (!this.started && text !== '') {
      this.started = true;
      if (text.startsWith('\uFEFF')) text = text.slice(1);
    }
    const frames: Frame[] = [];
    let from = 0;
    for (;;) {
      const end = lineEnd(text, from);
      if (end === null) break;
      const frame = this.line(text.slice(from, end.at));
      if (frame !== null) frames.push(frame);
      from = end.next;
    }
    this.rest = text.slice(from);
    return frames;
  }

  private line(line: string): Frame | null {
    if (line === '') return this.dispatch();
    const colon = line.indexOf(':');
    if (colon === 0) return null; // A comment.
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (field === 'data') this.data.push(value);
    else if (field === 'event') this.type = value;
    else if (field === 'id' && !value.includes('\0')) this.id = value;
    return null;
  }

  private dispatch(): Frame | null {
    const frame = { id: this.id, type: this.type === '' ? 'message' : this.type, data: this.data.join('\n') };
    const empty = this.data.length === 0;
    this.type = '';
    this.data = [];
    return empty ? null : frame;
  }
}

/** Where the line that starts at `from` ends; null while its end has not arrived. */
function lineEnd(text: string, from: number): { at: number; next: number } | null {
  for (let i = from; i < text.length; i++) {
    const c = text[i];
    if (c === '\n') return { at: i, next: i + 1 };
    if (c === '\r') {
      if (i + 1 === text.length) return null; // A line feed may follow in the next piece.
      return { at: i, next: text[i + 1] === '\n' ? i + 2 : i + 1 };
    }
  }
  return null;
}
