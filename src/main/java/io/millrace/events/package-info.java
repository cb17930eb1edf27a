/** Tails the event logs of tasks and fans them out to readers of this process. */
@NullMarked
package io.millrace.events;

import org.jspecify.annotations.NullMarked;
