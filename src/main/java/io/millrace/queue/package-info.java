/**
 * The life of a task in Redis: submit, claim, renew, emit, finish, cancel, sweep; every step one
 * fenced script.
 */
@NullMarked
package io.millrace.queue;

import org.jspecify.annotations.NullMarked;
