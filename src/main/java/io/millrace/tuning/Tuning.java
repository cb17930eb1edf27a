package io.millrace.tuning;

/** All that is kept of tuning. */
public record Tuning(TestSets sets, TestRuns runs, SearchDefaults defaults) {}
