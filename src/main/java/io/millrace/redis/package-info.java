/** The connection to Redis, the schema of its keys, scripts, and the managed engine. */
@NullMarked
package io.millrace.redis;

import org.jspecify.annotations.NullMarked;
