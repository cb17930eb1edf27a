/** Test queries with the documents people expect, what a search makes of them, and its settings. */
@NullMarked
package io.millrace.tuning;

import org.jspecify.annotations.NullMarked;
