/** Finished tasks and their events in PostgreSQL, and the history read from there. */
@NullMarked
package io.millrace.archive;

import org.jspecify.annotations.NullMarked;
