/** What tests share: throw-away Redis and PostgreSQL servers on unix sockets. */
@NullMarked
package io.millrace.testing;

import org.jspecify.annotations.NullMarked;
