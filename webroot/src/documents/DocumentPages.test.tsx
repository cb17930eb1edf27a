// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Document } from '../api/client';
import { DocumentHead } from './DocumentHead';
import { DocumentsPage } from './DocumentsPage';

const calls = vi.hoisted(() => ({ listCollections: vi.fn(), listDocuments: vi.fn(), originalOf: (id: string) => id }));
vi.mock('../api/calls', () => calls);
vi.mock('../events/feed', () => ({ useFeed: () => undefined, feed: { subscribe: () => undefined } }));

const at = '2026-11-21T10:00:00.000Z';
const sheet: Document = {
  id: 'd1', collection: 'library', name: 'sums.xlsx', title: 'Sums', status: 'failed', enabled: true, tags: [], bytes: 9,
  mediaType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', passages: 0, characters: 0, version: 1,
  searchableVersion: 0, createdAt: at, updatedAt: at, error: 'Encrypted: the file opens with a password only.',
};
const collection = (name: string) => ({ name, documents: 1, ready: 0, failed: 1, passages: 0, bytes: 9, createdAt: at });

beforeEach(() => {
  calls.listCollections.mockResolvedValue([collection('library'), collection('manual')]);
  calls.listDocuments.mockImplementation((name: string) =>
    Promise.resolve({ items: [{ ...sheet, id: name, title: `Sums of ${name}` }] }),
  );
});
afterEach(cleanup);

describe('the page of documents', () => {
  it('shows one collection after another, each once, and what failed with its reason', async () => {
    const complaints = vi.spyOn(console, 'error');
    const { rerender } = render(<DocumentsPage collection="library" />);
    await screen.findByRole('link', { name: 'Sums of library' });
    expect(screen.getByText(/the file opens with a password only/)).toBeTruthy();

    rerender(<DocumentsPage collection="manual" />);

    await screen.findByRole('link', { name: 'Sums of manual' });
    expect(screen.getAllByRole('table')).toHaveLength(1);
    expect(screen.getByLabelText<HTMLInputElement>('into the collection').value).toBe('manual');
    expect(complaints).not.toHaveBeenCalled();
  });
});

describe('the head of a document', () => {
  it('says the kind of a file as people do, and the media type to who asks', () => {
    render(<DocumentHead document={sheet} changed={vi.fn()} reads={vi.fn()} />);

    expect(screen.getByText('Excel').title).toBe(sheet.mediaType);
  });
});
