-- What archive.ttl finds its tasks by.
CREATE INDEX archived_task_by_end ON archived_task (finished_at);
