/** Texts in, vectors out, as a task. */
@NullMarked
package io.millrace.handler.embed;

import org.jspecify.annotations.NullMarked;
