/** Full text and vectors in Lucene: one writer, many searchers, hybrid ranking. */
@NullMarked
package io.millrace.index;

import org.jspecify.annotations.NullMarked;
