/** PostgreSQL's ordered log of changes, which derived stores follow. */
@NullMarked
package io.millrace.changelog;

import org.jspecify.annotations.NullMarked;
