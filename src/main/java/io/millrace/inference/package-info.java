/** The models of a process: who asks them, and when each is in memory; knows no task. */
@NullMarked
package io.millrace.inference;

import org.jspecify.annotations.NullMarked;
