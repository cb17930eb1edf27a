CREATE TABLE collection (
  id         text        COLLATE "C" PRIMARY KEY,
  tenant     text        NOT NULL,
  project    text        NOT NULL,
  user_name  text        NOT NULL,
  name       text        NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (tenant, project, name)
);

-- version, artifact, bytes and media_type are those of the latest upload; what begins with
-- "searchable" and the columns after it are those of the version that search knows;
-- model is a name of the catalogue, embedding_model the name and version that it meant then.
CREATE TABLE document (
  id                  text        COLLATE "C" PRIMARY KEY,
  collection_id       text        COLLATE "C" NOT NULL REFERENCES collection ON DELETE CASCADE,
  tenant              text        NOT NULL,
  project             text        NOT NULL,
  user_name           text        NOT NULL,
  name                text        NOT NULL,
  media_type          text        NOT NULL,
  artifact            text        NOT NULL,
  bytes               bigint      NOT NULL,
  version             int         NOT NULL DEFAULT 1,
  status              text        NOT NULL CHECK (status IN ('pending', 'processing', 'ready', 'failed')),
  error               text,
  task_id             text,
  searchable          int         NOT NULL DEFAULT 0,
  searchable_artifact text,
  title               text,
  content             text,
  characters          int         NOT NULL DEFAULT 0,
  passages            int         NOT NULL DEFAULT 0,
  model               text,
  embedding_model     text,
  chunker             int,
  created_at          timestamptz NOT NULL DEFAULT now(),
  updated_at          timestamptz NOT NULL DEFAULT now(),
  UNIQUE (collection_id, name)
);

CREATE INDEX document_by_artifact            ON document (artifact);
CREATE INDEX document_by_searchable_artifact ON document (searchable_artifact);
CREATE INDEX document_newest                 ON document (tenant, created_at DESC, id DESC);
CREATE INDEX document_unfinished             ON document (updated_at) WHERE status IN ('pending', 'processing');

-- start_offset and end_offset count UTF-16 units in document.content; embedding is little-endian
-- float32, of document.embedding_model.
CREATE TABLE passage (
  document_id  text  COLLATE "C" NOT NULL REFERENCES document ON DELETE CASCADE,
  ordinal      int   NOT NULL,
  page         int   NOT NULL,
  start_offset int   NOT NULL,
  end_offset   int   NOT NULL,
  heading      text  NOT NULL,
  content      text  NOT NULL,
  embedding    bytea NOT NULL,
  PRIMARY KEY (document_id, ordinal)
);

ALTER TABLE passage ALTER COLUMN embedding SET STORAGE EXTERNAL;
