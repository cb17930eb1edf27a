-- The URL a document was fetched from, in its plain form; null for an upload. One page is one
-- document of its collection, whatever its name.
ALTER TABLE document ADD COLUMN source text;

CREATE UNIQUE INDEX document_by_source ON document (collection_id, source);
