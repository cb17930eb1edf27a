/**
 * Where documents come from by themselves, and the sync that keeps a collection as its source is.
 */
@NullMarked
package io.millrace.source;

import org.jspecify.annotations.NullMarked;
