import { Copy } from './Copy';

const token = /("(?:\\.|[^"\\])*")(\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
/** Longer texts are shown without colours: they are read by machines more than by people. */
const colouredMax = 60_000;

/** A JSON value, indented and coloured, with a button that copies it. */
export function Json({ value, label }: { value: unknown; label: string }) {
  const text = JSON.stringify(value, compactVectors, 2);
  return (
    <div className="code">
      <Copy text={() => JSON.stringify(value, null, 2)} label={`Copy ${label}`} />
      <pre tabIndex={0} role="region" aria-label={label}>
        <code>{text.length > colouredMax ? text : coloured(text)}</code>
      </pre>
    </div>
  );
}

/** Long lists of numbers, such as embeddings, are shown by their beginning. */
function compactVectors(_key: string, value: unknown): unknown {
  if (!Array.isArray(value) || value.length <= 16 || !value.every((n) => typeof n === 'number')) return value;
  return `[${value.slice(0, 6).join(', ')}, … ${value.length} numbers]`;
}

function coloured(text: string) {
  const parts = [];
  let at = 0;
  for (const found of text.matchAll(token)) {
    if (found.index > at) parts.push(text.slice(at, found.index));
    const [whole, string, colon] = found;
    const kind = string === undefined ? 'literal' : colon === undefined ? 'string' : 'key';
    parts.push(
      <span key={found.index} className={`json-${kind}`}>
        {whole}
      </span>,
    );
    at = found.index + whole.length;
  }
  parts.push(text.slice(at));
  return parts;
}
