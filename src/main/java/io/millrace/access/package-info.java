/** Who asks, as a value, and the one decision whether they may see a thing. */
@NullMarked
package io.millrace.access;

import org.jspecify.annotations.NullMarked;
