package io.millrace.handler;

/**
 * A live handler as clients see it.
 *
 * @param name what a task names
 * @param type the kind of work, such as {@code echo}
 * @param version the highest version that live workers run
 * @param description one sentence for people
 * @param model the model it uses, or empty text
 * @param inputSchema a JSON Schema (2020-12) for the input, as JSON text
 * @param liveWorkers how many live workers run this version
 * @param concurrency how many tasks all of them together run at once
 * @param timeoutMs how long one run may take, in milliseconds
 * @param paused whether its tasks wait until somebody resumes it
 */
public record HandlerView(
    String name,
    String type,
    int version,
    String description,
    String model,
    String inputSchema,
    int liveWorkers,
    int concurrency,
    long timeoutMs,
    boolean paused) {}
