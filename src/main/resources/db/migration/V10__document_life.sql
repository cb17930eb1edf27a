-- What is not enabled is kept with all its passages, and search does not find it.
ALTER TABLE document ADD COLUMN enabled boolean NOT NULL DEFAULT true;
ALTER TABLE document ADD COLUMN tags    text[]  NOT NULL DEFAULT '{}';
