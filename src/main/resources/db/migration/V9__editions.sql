-- What was made of one version of a document: its text, and its passages as they come. It becomes
-- searchable when its document points to it; until then nobody sees it, and a run that was
-- interrupted goes on with it. model is a name of the catalogue, embedding_model the name and
-- version that it meant then, null before the first passage; headings are [level, start, end] each.
CREATE TABLE edition (
  id              bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  document_id     text        COLLATE "C" NOT NULL REFERENCES document ON DELETE CASCADE,
  version         int         NOT NULL,
  artifact        text        NOT NULL,
  chunker         int         NOT NULL,
  model           text        NOT NULL,
  embedding_model text,
  media_type      text        NOT NULL,
  title           text        NOT NULL,
  content         text        NOT NULL,
  headings        text        NOT NULL,
  created_at      timestamptz NOT NULL DEFAULT now()
);

INSERT INTO edition (document_id, version, artifact, chunker, model, embedding_model, media_type,
  title, content, headings)
SELECT id, searchable, coalesce(searchable_artifact, artifact), coalesce(chunker, 0),
  coalesce(model, ''), embedding_model, media_type, coalesce(title, ''), coalesce(content, ''), '[]'
FROM document WHERE searchable > 0;

CREATE INDEX edition_of_document ON edition (document_id);
CREATE INDEX edition_by_artifact ON edition (artifact);

-- The edition that search knows.
ALTER TABLE document ADD COLUMN edition bigint REFERENCES edition;
UPDATE document d SET edition = e.id FROM edition e WHERE e.document_id = d.id;
DROP INDEX document_by_searchable_artifact;
ALTER TABLE document
  DROP COLUMN searchable_artifact,
  DROP COLUMN title,
  DROP COLUMN content,
  DROP COLUMN model,
  DROP COLUMN embedding_model,
  DROP COLUMN chunker;
CREATE INDEX document_by_edition ON document (edition);

ALTER TABLE passage ADD COLUMN edition bigint REFERENCES edition ON DELETE CASCADE;
UPDATE passage p SET edition = e.id FROM edition e WHERE e.document_id = p.document_id;
ALTER TABLE passage DROP COLUMN document_id;
ALTER TABLE passage ADD PRIMARY KEY (edition, ordinal);
