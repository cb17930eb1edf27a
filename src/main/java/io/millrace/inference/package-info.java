/** Models, tokenizers and batches: text in, vectors out; knows no task. */
@NullMarked
package io.millrace.inference;

import org.jspecify.annotations.NullMarked;
