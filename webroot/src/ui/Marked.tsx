import { pieces, type Range } from '../search/excerpt';

/** Text with the matched ranges in bold; it is text alone, never HTML. */
export function Marked({ text, ranges }: { text: string; ranges: readonly Range[] }) {
  return pieces(text, ranges).map((piece, i) =>
    piece.matched ? <mark key={i}>{piece.text}</mark> : <span key={i}>{piece.text}</span>,
  );
}
