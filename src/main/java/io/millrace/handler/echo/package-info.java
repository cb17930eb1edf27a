/** The dummy: says back what it is told, slowly or not at all where asked. */
@NullMarked
package io.millrace.handler.echo;

import org.jspecify.annotations.NullMarked;
