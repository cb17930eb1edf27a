/**
 * The words of a task as plain values: ids, requests, status and its legal transitions, events,
 * outcomes.
 */
@NullMarked
package io.millrace.task;

import org.jspecify.annotations.NullMarked;
