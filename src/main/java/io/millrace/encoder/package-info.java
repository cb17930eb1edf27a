/** Models that read texts and answer numbers, as engines: sessions, batches, runs. */
@NullMarked
package io.millrace.encoder;

import org.jspecify.annotations.NullMarked;
