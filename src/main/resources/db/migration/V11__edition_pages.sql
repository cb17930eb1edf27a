-- Where each page begins in content, for formats that have pages; and what is missing in it, in
-- plain words, empty when nothing is.
ALTER TABLE edition
  ADD COLUMN pages  int[] NOT NULL DEFAULT '{}',
  ADD COLUMN notice text  NOT NULL DEFAULT '';
