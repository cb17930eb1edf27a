/** Stored and wire forms of values; the only package that knows Jackson. */
@NullMarked
package io.millrace.json;

import org.jspecify.annotations.NullMarked;
