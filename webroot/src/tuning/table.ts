import type { NewTestQuery, TestSet } from '../api/client';

const head = ['query', 'document', 'collection', 'grade'] as const;

/** A test set as CSV for spreadsheets: a line for each expected document. */
export function toCsv(set: TestSet): string {
  const lines = (set.queries ?? []).flatMap(({ query, expected }) =>
    expected.length === 0
      ? [[query, '', '', '']]
      : expected.map((one) => [query, one.document, one.collection, String(one.grade)]),
  );
  return [head, ...lines].map((line) => `${line.map(quoted).join(',')}\r\n`).join('');
}

function quoted(value: string): string {
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

/** Reads what {@link toCsv} writes, also with `;` or tabs between the columns; throws a sentence that says what is wrong. */
export function fromCsv(text: string): NewTestQuery[] {
  const plain = text.replace(/^\uFEFF/, '');
  const first = plain.slice(0, plain.search(/[\r\n]|$/));
  const between = [',', ';', '\t'].sort((a, b) => first.split(b).length - first.split(a).length)[0] ?? ',';
  const [names = [], ...lines] = cells(plain, between);
  const columns = names.map((name) => name.trim().toLowerCase());
  if (!columns.includes('query') || !columns.includes('document')) {
    throw new Error('The first line must name the columns query and document; collection and grade are optional.');
  }
  const queries = new Map<string, NonNullable<NewTestQuery['expected']>>();
  for (const [i, line] of lines.entries()) {
    const cell = (name: (typeof head)[number]) => line[columns.indexOf(name)]?.trim() ?? '';
    const query = cell('query');
    if (query === '') throw new Error(`Line ${i + 2} has no query.`);
    const expected = queries.get(query) ?? [];
    queries.set(query, expected);
    const grade = cell('grade') === '' ? 1 : Number(cell('grade'));
    if (!Number.isInteger(grade) || grade < 0 || grade > 10) {
      throw new Error(`Line ${i + 2}: a grade is a whole number from 0 to 10, not ${cell('grade')}.`);
    }
    // What was judged not relevant is not expected.
    if (cell('document') === '' || grade === 0) continue;
    expected.push({
      document: cell('document'),
      grade,
      ...(cell('collection') === '' ? {} : { collection: cell('collection') }),
    });
  }
  return [...queries].map(([query, expected]) => ({ query, expected }));
}

/** The cells of all lines that hold any; quotation marks are as RFC 4180 has them. */
function cells(text: string, between: string): string[][] {
  const lines: string[][] = [];
  let line: string[] = [];
  let cell = '';
  let quotes = false;
  const endLine = () => {
    line.push(cell);
    if (line.some((one) => one.trim() !== '')) lines.push(line);
    line = [];
    cell = '';
  };
  for (let i = 0; i < text.length; i++) {
    const letter = text[i] ?? '';
    if (quotes) {
      if (letter !== '"') cell += letter;
      else if (text[i + 1] === '"') cell += text[++i] ?? '';
      else quotes = false;
    } else if (letter === '"' && cell === '') quotes = true;
    else if (letter === between) {
      line.push(cell);
      cell = '';
    } else if (letter === '\n') endLine();
    else if (letter !== '\r') cell += letter;
  }
  endLine();
  return lines;
}

/** The queries of a file: CSV, or JSON as the API has it. */
export function fromFile(name: string, text: string): NewTestQuery[] {
  if (!name.toLowerCase().endsWith('.json')) return fromCsv(text);
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new Error('The file is not JSON.');
  }
  const queries = typeof body === 'object' && body !== null && 'queries' in body ? body.queries : body;
  if (!Array.isArray(queries)) throw new Error('The file has no list of queries.');
  return queries as NewTestQuery[]; // The server checks each of them.
}
