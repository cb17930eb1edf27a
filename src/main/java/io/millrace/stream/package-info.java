/** Makes tasks of the entries of Redis streams that others write. */
@NullMarked
package io.millrace.stream;

import org.jspecify.annotations.NullMarked;
