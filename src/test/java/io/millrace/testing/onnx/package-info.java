/**
 * Models written by the tests themselves: seeded weights, real shapes, a Hugging Face directory,
 * and the same numbers computed in plain Java.
 */
@NullMarked
package io.millrace.testing.onnx;

import org.jspecify.annotations.NullMarked;
