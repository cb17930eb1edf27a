-- next_fire is the first moment that was not dealt with yet, null while paused; due_at is when a
-- scheduler looks at it: then, or later when its task was refused. refusals count in a row.
CREATE TABLE schedule (
  id            text        COLLATE "C" PRIMARY KEY,
  tenant        text        NOT NULL,
  project       text        NOT NULL,
  user_name     text        NOT NULL,
  name          text        NOT NULL,
  cron          text        NOT NULL,
  time_zone     text        NOT NULL,
  handler       text        NOT NULL,
  input         text        NOT NULL,
  priority      text        NOT NULL CHECK (priority IN ('high', 'normal', 'low')),
  missed_runs   text        NOT NULL CHECK (missed_runs IN ('skip', 'once', 'all')),
  missed_max    int         NOT NULL,
  paused        boolean     NOT NULL DEFAULT false,
  next_fire     timestamptz,
  due_at        timestamptz,
  refusals      int         NOT NULL DEFAULT 0,
  error_type    text,
  error_message text,
  last_fire     timestamptz,
  last_task     text,
  created_at    timestamptz NOT NULL,
  updated_at    timestamptz NOT NULL,
  UNIQUE (tenant, project, name)
);

CREATE INDEX schedule_due    ON schedule (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX schedule_newest ON schedule (tenant, created_at DESC, id DESC);

-- The last tasks of each schedule; fire_at is null when somebody asked for it.
CREATE TABLE schedule_task (
  schedule_id  text        COLLATE "C" NOT NULL REFERENCES schedule ON DELETE CASCADE,
  task_id      text        NOT NULL,
  fire_at      timestamptz,
  submitted_at timestamptz NOT NULL,
  PRIMARY KEY (schedule_id, task_id)
);
