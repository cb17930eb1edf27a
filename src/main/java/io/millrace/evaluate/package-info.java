/** Judged collections in, figures out: how good the search is. */
@NullMarked
package io.millrace.evaluate;

import org.jspecify.annotations.NullMarked;
