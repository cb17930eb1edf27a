/** Reads the settings, chooses roles, deploys verticles; main and the command line. */
@NullMarked
package io.millrace.app;

import org.jspecify.annotations.NullMarked;
