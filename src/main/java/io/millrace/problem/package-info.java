/** What can go wrong and a client may tell apart, as sealed values (RFC 9457). */
@NullMarked
package io.millrace.problem;

import org.jspecify.annotations.NullMarked;
