/** Models that write texts: sessions with a cache of keys and values, slots, sampling, deltas. */
@NullMarked
package io.millrace.decoder;

import org.jspecify.annotations.NullMarked;
