/** Text out of files, taken by child processes that may crash, hang or be killed. */
@NullMarked
package io.millrace.extract;

import org.jspecify.annotations.NullMarked;
