/** Work that a process does again and again until it stops. */
@NullMarked
package io.millrace.loop;

import org.jspecify.annotations.NullMarked;
