/**
 * The chaos harness: real processes under load, seeded faults among them, and afterwards a verdict
 * over what clients were promised, what readers saw and what PostgreSQL holds.
 */
@NullMarked
package io.millrace.chaos;

import org.jspecify.annotations.NullMarked;
