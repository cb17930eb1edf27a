/** Texts in, labels out, as a task. */
@NullMarked
package io.millrace.handler.classify;

import org.jspecify.annotations.NullMarked;
