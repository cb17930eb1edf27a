/** Kills the real jar while it works, and checks afterwards that nothing was lost or doubled. */
@NullMarked
package io.millrace.chaos;

import org.jspecify.annotations.NullMarked;
