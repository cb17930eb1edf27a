/** A prompt in, a text out as it is written, as a task. */
@NullMarked
package io.millrace.handler.generate;

import org.jspecify.annotations.NullMarked;
