/** What a declared model is made of: its files, its tokenizer, the native libraries. */
@NullMarked
package io.millrace.model;

import org.jspecify.annotations.NullMarked;
