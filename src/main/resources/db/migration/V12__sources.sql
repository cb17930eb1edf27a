-- place is JSON; running is the task that syncs the source, pass counts its listings, and listed
-- says that the running task has seen all there is. What begins with "sync" is of the latest sync.
CREATE TABLE source (
  id             text        COLLATE "C" PRIMARY KEY,
  tenant         text        NOT NULL,
  project        text        NOT NULL,
  user_name      text        NOT NULL,
  name           text        NOT NULL,
  collection     text        NOT NULL,
  kind           text        NOT NULL CHECK (kind IN ('directory', 'web', 's3')),
  place          text        NOT NULL,
  include        text[]      NOT NULL,
  exclude        text[]      NOT NULL,
  tags           text[]      NOT NULL,
  on_gone        text        NOT NULL CHECK (on_gone IN ('keep', 'disable', 'delete')),
  schedule_id    text        COLLATE "C" REFERENCES schedule ON DELETE SET NULL,
  running        text,
  pass           bigint      NOT NULL DEFAULT 0,
  listed         boolean     NOT NULL DEFAULT false,
  sync_task      text,
  sync_started   timestamptz,
  sync_ended     timestamptz,
  sync_created   bigint      NOT NULL DEFAULT 0,
  sync_changed   bigint      NOT NULL DEFAULT 0,
  sync_unchanged bigint      NOT NULL DEFAULT 0,
  sync_gone      bigint      NOT NULL DEFAULT 0,
  sync_failed    bigint      NOT NULL DEFAULT 0,
  sync_error     text,
  created_at     timestamptz NOT NULL DEFAULT now(),
  updated_at     timestamptz NOT NULL DEFAULT now(),
  UNIQUE (tenant, project, name)
);

-- What is known of the files of a source: which version became which document, which pass saw it
-- last, and what the latest sync that did something about it did.
CREATE TABLE source_item (
  source_id   text    COLLATE "C" NOT NULL REFERENCES source ON DELETE CASCADE,
  key         text    COLLATE "C" NOT NULL,
  version     text    NOT NULL DEFAULT '',
  artifact    text,
  document_id text    COLLATE "C",
  pass        bigint  NOT NULL,
  gone        boolean NOT NULL DEFAULT false,
  task_id     text,
  outcome     text,
  error       text,
  PRIMARY KEY (source_id, key)
);

CREATE INDEX source_item_by_document ON source_item (document_id);

-- The source that brought a document; null for what people brought.
ALTER TABLE document ADD COLUMN source_id text COLLATE "C" REFERENCES source ON DELETE SET NULL;

CREATE INDEX document_by_source_id ON document (source_id) WHERE source_id IS NOT NULL;
