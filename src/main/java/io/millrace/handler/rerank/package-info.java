/** A query and documents in, scores out, best first, as a task. */
@NullMarked
package io.millrace.handler.rerank;

import org.jspecify.annotations.NullMarked;
