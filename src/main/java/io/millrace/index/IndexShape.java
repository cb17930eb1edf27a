package io.millrace.index;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.search.Sort;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;

/**
 * What kind of index a store holds.
 *
 * @param schema changed whenever fields or analysis change: another one means a rebuild
 * @param sort the order of documents within segments
 * @param opener opens the files
 */
record IndexShape(
    String schema, Analyzer analyzer, Codec codec, Optional<Sort> sort, Opener opener) {
  /** Plain files, memory-mapped. */
  static final Opener FILES = FSDirectory::open;

  /** The same shape on other files. */
  IndexShape on(Opener other) {
    return new IndexShape(schema, analyzer, codec, sort, other);
  }

  /** Opens a directory of index files. */
  interface Opener {
    /** The directory at {@code path}, which exists. */
    Directory open(Path path) throws IOException;
  }
}
