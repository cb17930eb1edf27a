/**
 * Typed questions and answers over the Vert.x event bus, within one process and across a cluster.
 */
@NullMarked
package io.millrace.bus;

import org.jspecify.annotations.NullMarked;
