package io.millrace.task;

/**
 * A task that a running task submits: it belongs to the same tenant, project and user.
 *
 * @param cost how many of its handler's slots it takes, as in {@link TaskRequest}
 */
public record ChildRequest(String handler, Payload input, Priority priority, int cost) {}
