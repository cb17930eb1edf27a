/** Brings a stored file into a collection, as a task. */
@NullMarked
package io.millrace.handler.ingest;

import org.jspecify.annotations.NullMarked;
