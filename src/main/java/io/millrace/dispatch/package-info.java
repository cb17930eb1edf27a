/** Claims tasks for this process, runs their handlers, renews leases and applies outcomes. */
@NullMarked
package io.millrace.dispatch;

import org.jspecify.annotations.NullMarked;
