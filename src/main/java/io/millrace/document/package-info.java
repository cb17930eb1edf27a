/** Collections, documents and passages: extraction, chunking and their one transaction. */
@NullMarked
package io.millrace.document;

import org.jspecify.annotations.NullMarked;
