package io.millrace.bus;

/**
 * The place where one kind of question is answered.
 *
 * @param name the event-bus address, {@code millrace.<package>.<verb>}
 * @param question the type of every question sent there
 * @param answer the type of every answer that comes back
 */
public record Address<Q extends BusMessage, R extends BusMessage>(
    String name, Class<Q> question, Class<R> answer) {}
