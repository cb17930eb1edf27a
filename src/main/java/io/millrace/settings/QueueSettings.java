package io.millrace.settings;

import java.time.Duration;

/**
 * The live tasks in Redis.
 *
 * @param shards fixed for a deployment: 1, or 16 on Redis Cluster
 * @param depthMax most live tasks of the whole deployment; further submits get 429
 * @param tenantMax most live tasks of one tenant; its further submits get 429
 * @param eventsMax most events kept of one task while it is live
 * @param feedMax most entries kept of the feed of status events
 * @param idempotencyTtl how long a key is remembered after its task was accepted
 */
public record QueueSettings(
    int shards, int depthMax, int tenantMax, int eventsMax, int feedMax, Duration idempotencyTtl) {
  static QueueSettings read(Section section) {
    return new QueueSettings(
        section.number("shards", 1, 1, 64),
        section.number("depthMax", 1_000_000, 1, 100_000_000),
        section.number("tenantMax", 1_000_000, 1, 100_000_000),
        section.number("eventsMax", 10_000, 10, 1_000_000),
        section.number("feedMax", 10_000, 100, 1_000_000),
        section.duration(
            "idempotencyTtl", Duration.ofDays(1), Duration.ofMinutes(1), Duration.ofDays(30)));
  }
}
