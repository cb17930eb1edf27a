/** Child processes and the data directory they live in: start, adopt, limit, stop, lock. */
@NullMarked
package io.millrace.process;

import org.jspecify.annotations.NullMarked;
