-- A short log lies in the row of its task, one line per event: id, type, whether it is the last
-- (0 or 1), data. Long ones, and those of later rounds, are rows of archived_event.
ALTER TABLE archived_task ADD COLUMN log text;
