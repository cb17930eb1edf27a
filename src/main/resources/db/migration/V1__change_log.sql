-- The ordered log of changes. The last statement of a writing transaction takes the next number
-- from the one row of change_head and keeps that row locked until its commit, so numbers are
-- commit order and have no gaps. A position is (epoch, n): another database has another epoch.
CREATE TABLE change_head (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  epoch    uuid    NOT NULL DEFAULT gen_random_uuid(),
  n        bigint  NOT NULL DEFAULT 0
) WITH (fillfactor = 10);

INSERT INTO change_head DEFAULT VALUES;

-- Entries of one transaction share n.
CREATE TABLE change_log (
  n         bigint NOT NULL,
  ordinal   int    NOT NULL,
  kind      text   NOT NULL CHECK (kind IN ('document', 'task')),
  entity_id text   NOT NULL,
  tenant    text   NOT NULL,
  PRIMARY KEY (n, ordinal)
);

-- Things done once in the life of a database, such as the sample collection.
CREATE TABLE milestone (
  name text        PRIMARY KEY,
  at   timestamptz NOT NULL DEFAULT now()
);
