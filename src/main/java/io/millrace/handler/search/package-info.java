/** Finds passages, as a task. */
@NullMarked
package io.millrace.handler.search;

import org.jspecify.annotations.NullMarked;
