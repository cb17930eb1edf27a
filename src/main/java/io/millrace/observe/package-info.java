/** Names of meters and log keys, and the health of each dependency. */
@NullMarked
package io.millrace.observe;

import org.jspecify.annotations.NullMarked;
