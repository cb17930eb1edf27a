/** Stored bytes that are too large for a task: original files, exports, long payloads. */
@NullMarked
package io.millrace.artifact;

import org.jspecify.annotations.NullMarked;
