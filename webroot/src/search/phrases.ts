const quoted = /"([^"]*)"|«([^»]*)»|“([^”]*)”|„([^“”]*)[“”]/g;

/** What stood within the marks of one match. */
function inside(groups: readonly (string | undefined)[]): string {
  return groups.slice(0, 4).find((group) => group !== undefined) ?? '';
}

/** The phrases in quotation marks, which a passage must hold as they stand. */
export function phrasesOf(words: string): string[] {
  return [...words.matchAll(quoted)].map(([, ...groups]) => inside(groups).trim()).filter((phrase) => phrase !== '');
}

/** The same words without quotation marks. */
export function loosened(words: string): string {
  return words
    .replace(quoted, (_, ...groups: (string | undefined)[]) => ` ${inside(groups)} `)
    .replace(/\s+/g, ' ')
    .trim();
}
