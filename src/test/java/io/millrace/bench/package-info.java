/**
 * Measures Millrace: {@link io.millrace.bench.Bench} the real jar, the others parts of it by
 * themselves. Each main prints its figures.
 */
@NullMarked
package io.millrace.bench;

import org.jspecify.annotations.NullMarked;
