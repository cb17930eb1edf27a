/** {@code type: job}: runs many tasks as one. */
@NullMarked
package io.millrace.handler.job;

import org.jspecify.annotations.NullMarked;
