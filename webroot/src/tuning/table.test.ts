import { describe, expect, it } from 'vitest';
import type { TestSet } from '../api/client';
import { fromCsv, fromFile, toCsv } from './table';

const set: TestSet = {
  id: 'a'.repeat(32), name: 'support', queryCount: 2, missing: 0,
  createdAt: '2026-11-21T10:00:00.000Z', updatedAt: '2026-11-21T10:00:00.000Z',
  queries: [
    {
      id: '1', query: 'how, "exactly"?\nand why',
      expected: [
        { collection: 'manual', document: 'a.md', grade: 2, documentId: 'd1' },
        { collection: 'notes', document: 'b, c.md', grade: 1, missing: true },
      ],
    },
    { id: '2', query: 'nothing', expected: [] },
  ],
};

describe('a test set as a table', () => {
  it('comes back as it went', () => {
    expect(fromCsv(toCsv(set))).toEqual([
      {
        query: 'how, "exactly"?\nand why',
        expected: [
          { collection: 'manual', document: 'a.md', grade: 2 },
          { collection: 'notes', document: 'b, c.md', grade: 1 },
        ],
      },
      { query: 'nothing', expected: [] },
    ]);
  });

  it('is read as spreadsheets write it: with a mark at its beginning, semicolons, other columns and empty lines', () => {
    expect(fromCsv('\uFEFFDocument;Query;Note\r\na.md;q1;x\r\n;;\r\nb.md;q1;\r\na.md;q2')).toEqual([
      { query: 'q1', expected: [{ document: 'a.md', grade: 1 }, { document: 'b.md', grade: 1 }] },
      { query: 'q2', expected: [{ document: 'a.md', grade: 1 }] },
    ]);
  });

  it('expects nothing of what was judged not relevant', () => {
    expect(fromCsv('query,document,grade\nq,a.md,0\nq,b.md,1')).toEqual([
      { query: 'q', expected: [{ document: 'b.md', grade: 1 }] },
    ]);
  });

  it('says what is wrong, and where', () => {
    expect(() => fromCsv('question,answer\na,b')).toThrow('must name the columns query and document');
    expect(() => fromCsv('query,document\n,a.md')).toThrow('Line 2 has no query.');
    expect(() => fromCsv('query,document,grade\nq,a.md,high')).toThrow('Line 2: a grade is a whole number');
    expect(() => fromFile('x.json', '{')).toThrow('not JSON');
    expect(() => fromFile('x.json', '{}')).toThrow('no list of queries');
  });

  it('is read from JSON as it was exported', () => {
    expect(fromFile('x.JSON', JSON.stringify(set))).toEqual(set.queries);
  });
});
