/** What runs a task: the port, its context, handlers.yaml and the registry of live workers. */
@NullMarked
package io.millrace.handler;

import org.jspecify.annotations.NullMarked;
