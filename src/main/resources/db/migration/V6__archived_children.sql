-- Jobs: whose child a task is, and how its own children ended.
ALTER TABLE archived_task
  ADD COLUMN parent   text COLLATE "C",
  -- Counts: all, succeeded, failed, dead, cancelled.
  ADD COLUMN children text;

CREATE INDEX archived_task_by_parent ON archived_task (parent, minted, id) WHERE parent IS NOT NULL;
