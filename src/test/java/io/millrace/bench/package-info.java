/** Measures parts of Millrace by themselves; each main prints its figures. */
@NullMarked
package io.millrace.bench;

import org.jspecify.annotations.NullMarked;
