/**
 * One settings file and the environment, read once into typed records; unknown keys stop the start.
 */
@NullMarked
package io.millrace.settings;

import org.jspecify.annotations.NullMarked;
