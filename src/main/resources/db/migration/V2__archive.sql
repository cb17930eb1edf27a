-- Finished tasks: one row per task, replaced by its newest round.
CREATE TABLE archived_task (
  id               text        COLLATE "C" PRIMARY KEY,
  -- The part of the id that sorts by time, whatever the shard.
  minted           text        COLLATE "C" NOT NULL GENERATED ALWAYS AS (split_part(id, '-', 2)) STORED,
  tenant           text        NOT NULL,
  project          text        NOT NULL,
  user_name        text        NOT NULL,
  handler          text        NOT NULL,
  status           text        NOT NULL,
  priority         text        NOT NULL,
  input            text        NOT NULL,
  epoch            bigint      NOT NULL,
  round            int         NOT NULL,
  attempts         int         NOT NULL,
  deliveries       int         NOT NULL,
  cancel_requested boolean     NOT NULL,
  worker           text,
  created_at       timestamptz NOT NULL,
  run_at           timestamptz,
  started_at       timestamptz,
  finished_at      timestamptz,
  result           text,
  error_type       text,
  error_message    text,
  error_retryable  boolean,
  archived_at      timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX archived_task_newest     ON archived_task (tenant, minted DESC, id DESC);
CREATE INDEX archived_task_by_status  ON archived_task (tenant, status, minted DESC, id DESC);
CREATE INDEX archived_task_by_handler ON archived_task (tenant, handler, minted DESC, id DESC);

-- Their events, under the ids they had in Redis: milliseconds and sequence.
CREATE TABLE archived_event (
  task_id text    COLLATE "C" NOT NULL,
  at_ms   bigint  NOT NULL,
  seq     bigint  NOT NULL,
  type    text    NOT NULL,
  data    text    NOT NULL,
  last    boolean NOT NULL,
  PRIMARY KEY (task_id, at_ms, seq)
);
