/** The formats of files; runs in the child processes only. */
@NullMarked
package io.millrace.extract.format;

import org.jspecify.annotations.NullMarked;
