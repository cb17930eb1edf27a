// Finds a passage on a page of a PDF. Both are the same words, but not the same characters: the
// text taken out of the file has its hyphens joined, its spaces and line ends put in order.

/** Characters of one text item of a page, `end` exclusive. */
export interface Stretch {
  readonly item: number;
  readonly start: number;
  readonly end: number;
}

/** Long enough to stand in one place of a page, short enough to miss little at a page's end. */
const pieceLength = 24;

/** How far apart pieces are tried; what stands between is found from the next. */
const step = 8;

/** What is left of a text where two programs would agree on it. */
function letters(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

/** The letters of a page, and from which character of which item each comes. */
interface Page {
  readonly letters: string;
  readonly item: Int32Array;
  readonly at: Int32Array;
}

function page(items: readonly string[]): Page {
  const all: string[] = [];
  const item: number[] = [];
  const at: number[] = [];
  items.forEach((text, i) => {
    let place = 0;
    for (const character of text) {
      for (const letter of letters(character)) {
        all.push(letter);
        for (let unit = 0; unit < letter.length; unit++) {
          item.push(i);
          at.push(place);
        }
      }
      place += character.length;
    }
  });
  return { letters: all.join(''), item: Int32Array.from(item), at: Int32Array.from(at) };
}

/**
 * Where `passage` stands among the text items of a page; empty when it does not. A passage that
 * goes on over the page's end is found as far as it stands there.
 */
export function locate(items: readonly string[], passage: string): Stretch[] {
  const there = page(items);
  const wanted = letters(passage);
  const found = matches(there.letters, wanted);
  const stretches: Stretch[] = [];
  for (const [from, to] of found) {
    for (let i = from; i < to; i++) {
      const item = there.item[i] ?? 0;
      const at = there.at[i] ?? 0;
      const last = stretches.at(-1);
      if (last?.item === item) stretches[stretches.length - 1] = { ...last, end: at + 1 };
      else stretches.push({ item, start: at, end: at + 1 });
    }
  }
  return stretches;
}

/** Ranges of `text` that hold pieces of `wanted`, in order, each as long as the two agree. */
function matches(text: string, wanted: string): [number, number][] {
  if (wanted === '') return [];
  const whole = text.indexOf(wanted);
  if (whole >= 0) return [[whole, whole + wanted.length]];
  const found: [number, number][] = [];
  let done = 0; // of the text
  let from = 0; // in what is wanted
  let used = 0; // of what is wanted
  while (from + pieceLength <= wanted.length) {
    let at = text.indexOf(wanted.slice(from, from + pieceLength), done);
    if (at < 0) {
      from += step;
      continue;
    }
    let end = at + pieceLength;
    let next = from + pieceLength;
    while (at > done && from > used && text[at - 1] === wanted[from - 1]) {
      at--;
      from--;
    }
    while (end < text.length && next < wanted.length && text[end] === wanted[next]) {
      end++;
      next++;
    }
    found.push([at, end]);
    done = end;
    from = next;
    used = next;
  }
  return found;
}

/** How many characters of the page belong to the passage. */
export function covered(stretches: readonly Stretch[]): number {
  return stretches.reduce((sum, one) => sum + one.end - one.start, 0);
}
