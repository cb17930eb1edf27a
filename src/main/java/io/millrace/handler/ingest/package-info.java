/** Brings a stored file or a web page into a collection, as a task. */
@NullMarked
package io.millrace.handler.ingest;

import org.jspecify.annotations.NullMarked;
