/** {@code type: measure}: asks the queries of a test set and tells how good the answers are. */
@NullMarked
package io.millrace.handler.measure;

import org.jspecify.annotations.NullMarked;
