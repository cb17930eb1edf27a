/** Recurring schedules: when they fire, who made them, and the tasks they submit. */
@NullMarked
package io.millrace.schedule;

import org.jspecify.annotations.NullMarked;
