-- Queries that people wrote down, each with the documents they expect. collection is where they are
-- asked, null for all of the project.
CREATE TABLE test_set (
  id         text        COLLATE "C" PRIMARY KEY,
  tenant     text        NOT NULL,
  project    text        NOT NULL,
  user_name  text        NOT NULL,
  name       text        NOT NULL,
  collection text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (tenant, project, name)
);

CREATE TABLE test_query (
  id          text   COLLATE "C" PRIMARY KEY,
  test_set_id text   COLLATE "C" NOT NULL REFERENCES test_set ON DELETE CASCADE,
  added       bigint GENERATED ALWAYS AS IDENTITY,
  query       text   NOT NULL
);

CREATE UNIQUE INDEX test_query_once ON test_query (test_set_id, md5(query));

-- A document is expected by its name: it may be deleted, which shows, and come back.
CREATE TABLE test_expectation (
  query_id   text COLLATE "C" NOT NULL REFERENCES test_query ON DELETE CASCADE,
  collection text NOT NULL,
  document   text NOT NULL,
  grade      int  NOT NULL CHECK (grade > 0),
  PRIMARY KEY (query_id, collection, document)
);

-- One measurement of the search; id is that of its task, settings and result are JSON. It keeps the
-- queries as they were when it began, so two runs can be held against each other.
CREATE TABLE test_run (
  id          text        COLLATE "C" PRIMARY KEY,
  test_set_id text        COLLATE "C" NOT NULL REFERENCES test_set ON DELETE CASCADE,
  tenant      text        NOT NULL,
  project     text        NOT NULL,
  user_name   text        NOT NULL,
  name        text        NOT NULL,
  collection  text,
  settings    text        NOT NULL,
  started_at  timestamptz NOT NULL DEFAULT now(),
  ended_at    timestamptz,
  result      text
);

CREATE INDEX test_run_newest ON test_run (test_set_id, started_at DESC);

-- expected and answer are JSON; answer is null until the query was asked.
CREATE TABLE test_run_query (
  run_id   text COLLATE "C" NOT NULL REFERENCES test_run ON DELETE CASCADE,
  ordinal  int  NOT NULL,
  query    text NOT NULL,
  expected text NOT NULL,
  answer   text,
  PRIMARY KEY (run_id, ordinal)
);

-- How searches are answered that do not say it themselves: those of one collection, or where
-- collection is null, those of the project. settings is JSON.
CREATE TABLE search_settings (
  tenant     text        NOT NULL,
  project    text        NOT NULL,
  collection text,
  user_name  text        NOT NULL,
  settings   text        NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (tenant, project, collection) REFERENCES collection (tenant, project, name)
    ON DELETE CASCADE
);

CREATE UNIQUE INDEX search_settings_once
  ON search_settings (tenant, project, coalesce(collection, ''));
