import type { ReactNode } from 'react';

/** Short text of the contract: paragraphs, lists, `code` and **bold**, and nothing else of Markdown. */
export function Prose({ text }: { text: string }) {
  return blocks(text).map((block, i) =>
    block.list ? (
      <ul key={i}>
        {block.lines.map((line, j) => (
          <li key={j}>{inline(line)}</li>
        ))}
      </ul>
    ) : (
      <p key={i}>{inline(block.lines.join(' '))}</p>
    ),
  );
}

interface Block {
  readonly list: boolean;
  readonly lines: string[];
}

function blocks(text: string): Block[] {
  const found: Block[] = [];
  let open: Block | null = null;
  for (const raw of text.split('\n')) {
    const line = raw.trim();
    const bullet = /^[*-] (.*)$/.exec(line)?.[1];
    if (line === '') open = null;
    else if (bullet !== undefined) {
      if (open?.list !== true) found.push((open = { list: true, lines: [] }));
      open.lines.push(bullet);
    } else if (open === null) found.push((open = { list: false, lines: [line] }));
    else if (open.list) open.lines.push(`${open.lines.pop() ?? ''} ${line}`);
    else open.lines.push(line);
  }
  return found;
}

function inline(text: string): ReactNode[] {
  return text.split(/(`[^`]+`|\*\*[^*]+\*\*)/).map((part, i) => {
    if (part.startsWith('`') && part.length > 2) return <code key={i}>{part.slice(1, -1)}</code>;
    if (part.startsWith('**') && part.length > 4) return <b key={i}>{part.slice(2, -2)}</b>;
    return part;
  });
}
