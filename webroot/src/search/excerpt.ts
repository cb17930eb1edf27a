/** UTF-16 units from `start` to before `end`. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** A piece of a text with the ranges that lie in it, moved along. */
export interface Excerpt {
  readonly text: string;
  readonly ranges: readonly Range[];
  /** Whether something was left out before and after. */
  readonly cutBefore: boolean;
  readonly cutAfter: boolean;
}

/** Text in alternating pieces, matched or not. */
export interface Piece {
  readonly text: string;
  readonly matched: boolean;
}

/** Ranges inside the text, in order, without overlaps; touching ones become one. */
export function tidy(ranges: readonly Range[], length: number): Range[] {
  const inside = ranges
    .map((r) => ({ start: Math.max(0, r.start), end: Math.min(length, r.end) }))
    .filter((r) => r.start < r.end)
    .sort((a, b) => a.start - b.start || a.end - b.end);
  const merged: Range[] = [];
  for (const range of inside) {
    const last = merged.at(-1);
    if (last !== undefined && range.start <= last.end) {
      merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, range.end) };
    } else merged.push(range);
  }
  return merged;
}

/** Cuts `text` at the edges of `ranges`. */
export function pieces(text: string, ranges: readonly Range[]): Piece[] {
  const cut: Piece[] = [];
  let at = 0;
  for (const range of tidy(ranges, text.length)) {
    if (range.start > at) cut.push({ text: text.slice(at, range.start), matched: false });
    cut.push({ text: text.slice(range.start, range.end), matched: true });
    at = range.end;
  }
  if (at < text.length) cut.push({ text: text.slice(at), matched: false });
  return cut;
}

/** At most about `lengthMax` units of `text`, cut between words, where the most matches lie. */
export function excerpt(text: string, ranges: readonly Range[], lengthMax: number): Excerpt {
  const tidied = tidy(ranges, text.length);
  if (text.length <= lengthMax) return { text, ranges: tidied, cutBefore: false, cutAfter: false };
  const start = startOf(text, bestStart(tidied, text.length, lengthMax));
  const end = endOf(text, Math.min(text.length, start + lengthMax));
  const moved = tidied
    .filter((r) => r.start < end && r.end > start)
    .map((r) => ({ start: Math.max(r.start, start) - start, end: Math.min(r.end, end) - start }));
  return { text: text.slice(start, end), ranges: moved, cutBefore: start > 0, cutAfter: end < text.length };
}

/** The start of the window that holds the most matched text, a little before its first match. */
function bestStart(ranges: readonly Range[], length: number, lengthMax: number): number {
  const lead = Math.floor(lengthMax / 6);
  let best = 0;
  let most = -1;
  for (const range of ranges) {
    const start = Math.max(0, Math.min(range.start - lead, length - lengthMax));
    const matched = ranges
      .filter((r) => r.start >= start && r.end <= start + lengthMax)
      .reduce((sum, r) => sum + r.end - r.start, 0);
    if (matched > most) {
      most = matched;
      best = start;
    }
  }
  return best;
}

/** The next start of a word at or after `at`, unless that is far away. */
function startOf(text: string, at: number): number {
  if (at === 0) return 0;
  const space = text.slice(at - 1, at + 24).search(/\s\S/u);
  return space < 0 ? whole(text, at) : at + space;
}

/** The last end of a word at or before `at`, unless that is far away. */
function endOf(text: string, at: number): number {
  if (at >= text.length) return text.length;
  const tail = text.slice(Math.max(0, at - 24), at + 1);
  const space = tail.search(/\s\S*$/u);
  return space <= 0 ? whole(text, at) : at - (tail.length - 1) + space;
}

/** Never cuts a surrogate pair in two. */
function whole(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff ? at - 1 : at;
}
