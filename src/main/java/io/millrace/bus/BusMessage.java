package io.millrace.bus;

/** Everything that may travel over the bus. Implementations are deeply immutable records. */
public interface BusMessage {}
