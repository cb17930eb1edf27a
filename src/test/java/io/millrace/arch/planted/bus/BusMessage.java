package io.millrace.arch.planted.bus;

/** Stands for the real one. */
public interface BusMessage {}
