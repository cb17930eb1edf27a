/** Fetches what people name by URL, without letting them reach what they may not. */
@NullMarked
package io.millrace.outbound;

import org.jspecify.annotations.NullMarked;
