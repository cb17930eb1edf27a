-- A generation is one complete index of all documents under one model and chunker. One is live:
-- document.edition points to its editions. model is a name of the catalogue, empty for none.
-- live_from is the place in the change log from which on it is, or was, the live one; unfinished
-- says of a live one that some documents may still lack an edition of it.
CREATE TABLE generation (
  id                   bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  model                text        NOT NULL,
  chunker              int         NOT NULL,
  state                text        NOT NULL
    CHECK (state IN ('building', 'live', 'previous', 'dropping')),
  switch_when_complete boolean     NOT NULL DEFAULT false,
  unfinished           boolean     NOT NULL DEFAULT false,
  live_from            bigint,
  created_at           timestamptz NOT NULL DEFAULT now(),
  switched_at          timestamptz
);

CREATE UNIQUE INDEX generation_live     ON generation (state) WHERE state = 'live';
CREATE UNIQUE INDEX generation_building ON generation (state) WHERE state = 'building';

-- What one generation still does about a document: the task that makes its edition, or why there
-- is none. A row is gone when the edition is there.
CREATE TABLE generation_item (
  generation  bigint      NOT NULL REFERENCES generation ON DELETE CASCADE,
  document_id text        COLLATE "C" NOT NULL REFERENCES document ON DELETE CASCADE,
  version     int         NOT NULL,
  task_id     text        NOT NULL,
  error       text,
  updated_at  timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (generation, document_id)
);

CREATE INDEX generation_item_of_document ON generation_item (document_id);

-- An edition of a generation that was dropped has none; it lives on while its document shows it.
-- A published edition is whole, with passage_count passages.
ALTER TABLE edition
  ADD COLUMN generation    bigint  REFERENCES generation ON DELETE SET NULL,
  ADD COLUMN published     boolean NOT NULL DEFAULT false,
  ADD COLUMN passage_count int     NOT NULL DEFAULT 0;

-- The live one has the model that most documents were brought in with.
INSERT INTO generation (model, chunker, state, live_from, switched_at)
SELECT e.model, max(e.chunker), 'live', 0, now()
FROM document d JOIN edition e ON e.id = d.edition
GROUP BY e.model ORDER BY count(*) DESC LIMIT 1;

UPDATE edition e SET generation = g.id FROM generation g WHERE g.model = e.model;
UPDATE edition e SET published = true, passage_count = d.passages
FROM document d WHERE d.edition = e.id;
UPDATE generation SET unfinished = EXISTS (SELECT FROM edition WHERE generation IS NULL);

CREATE INDEX edition_of_generation ON edition (generation, document_id);
CREATE UNIQUE INDEX edition_published ON edition (document_id, generation) WHERE published;

ALTER TABLE change_log DROP CONSTRAINT change_log_kind_check;
ALTER TABLE change_log ADD CONSTRAINT change_log_kind_check
  CHECK (kind IN ('document', 'task', 'generation'));
