/** The connection to PostgreSQL, its migrations, and the managed engine. */
@NullMarked
package io.millrace.sql;

import org.jspecify.annotations.NullMarked;
