/** Routes, event streams, problems and the static pages; the only package that knows vertx-web. */
@NullMarked
package io.millrace.http;

import org.jspecify.annotations.NullMarked;
