/** {@code type: sync}: brings what is new or changed at a source into its collection. */
@NullMarked
package io.millrace.handler.sync;

import org.jspecify.annotations.NullMarked;
