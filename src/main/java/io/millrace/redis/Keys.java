package io.millrace.redis;

import java.util.Locale;

/**
 * Every key and channel in Redis: the only place that spells them, for Java and for the scripts.
 * Keys of a shard begin with its hash tag, keys of the whole deployment with {@code {c}:}. A key
 * without a stated TTL lives until the named writer removes it.
 */
public enum Keys {
  /**
   * Hash, the truth of one task, and its log while that is short. Written by every transition;
   * removed by release.
   */
  TASK("task:%s"),
  /**
   * Stream, the log of one task that is more than a few status events, capped; also the channel of
   * the news of every task. Written by every transition and by emit; read by events and take;
   * removed by release.
   */
  EVENTS("task:%s:events"),
  /**
   * List of the ids of a task's children. Written by finish; read by cancel; removed by release.
   */
  CHILDREN("task:%s:children"),
  /** List of ids that wait: handler, priority, tenant. Written by make_ready, read by claim. */
  READY("ready:%s:%s:%s"),
  /** List of tenants whose ready list is not empty: handler, priority. Same writers and reader. */
  RING("ring:%s:%s"),
  /**
   * List of waiting ids whose worker was lost: handler, how often. Same writers and reader as
   * ready.
   */
  LOST("lost:%s:%s"),
  /** Hash of the credit of each priority: handler. Written and read by claim. */
  CREDIT("credit:%s"),
  /**
   * Sorted set, running id to the end of its lease in ms. Written by claim, renew; read by sweep.
   */
  LEASES("leases"),
  /** Sorted set, id to the ms when it is due. Written by submit and finish; read by sweep. */
  SCHEDULED("scheduled"),
  /** Sorted set by name, the ids of a tenant's unreleased tasks. Written by submit and release. */
  LIVE("live:%s"),
  /** Stream of status events of all tasks, capped; also the channel of its news. Read by events. */
  FEED("feed"),
  /** Stream of ended rounds, group {@code archive}. Written by end_round; read by take, release. */
  FINISHED("finished"),
  /**
   * Stream of a handler's dead letters. Written by end_round; an entry leaves it by redrive,
   * discard or, when it is too old, expire.
   */
  DLQ("queue:%s:dlq"),
  /** Sorted set, id of a dead task to the ms when it died. Same writers; read by dead_letters. */
  DEAD("dead"),
  /** Hash, id of a dead task to its entry and handler. Same writers, same reader. */
  DEAD_LETTERS("dead:letters"),
  /** Hash: task and digest of its body, under tenant and key. TTL: the idempotency TTL. Submit. */
  IDEMPOTENCY("idem:%s:%s"),
  /** Hash of counts, {@code live} and {@code <handler>:<status>}. Written by every transition. */
  COUNTS("counts"),
  /** Number: ms of the last sweep, by the real clock. Written and read by sweep. */
  SWEPT("swept"),
  /** Text: who reconciles the shard. TTL: some seconds. Written by the reconciler. */
  RECONCILER("reconciler"),
  /** Number: ms by which tests shift the clock of this shard. Written by tests alone. */
  CLOCK("clock"),
  /** Channel: work of a handler appeared. Published by make_ready; heard by dispatch. */
  WORK("work:%s"),
  /** Channel: the id of a running task that is to stop. Published by cancel; heard by dispatch. */
  CANCELS("cancels"),
  /**
   * Hash of the whole deployment, worker to what it offers as JSON; also the channel of its news.
   * Written and read by the registry of handlers.
   */
  HANDLERS("handlers"),
  /**
   * Set of the whole deployment, the handlers whose tasks nobody claims. Same writer, same reader.
   */
  PAUSED("paused"),
  /**
   * Number, of the whole deployment: the us at which the bucket of a rate-limited handler is full.
   * TTL: until then. Written and read by rate.
   */
  RATE("rate:%s"),
  /** Of the whole deployment: a worker's sign of life. TTL: a few heartbeats. Same writer. */
  WORKER("worker:%s");

  /** The hash tag of what spans shards. */
  public static final String DEPLOYMENT_TAG = "{c}:";

  private final String form;

  Keys(String form) {
    this.form = form;
  }

  /** The hash tag of a shard, with which all its keys begin. */
  public static String tag(int shard) {
    return "{s" + shard + "}:";
  }

  /**
   * This key in {@code shard}. Only the last part may hold a colon, so that no two keys are one.
   */
  public String of(int shard, String... parts) {
    return tag(shard) + filled(parts);
  }

  /** This key of the whole deployment. */
  public String ofDeployment(String... parts) {
    return DEPLOYMENT_TAG + filled(parts);
  }

  private String filled(String... parts) {
    for (int i = 0; i < parts.length - 1; i++) {
      if (parts[i].indexOf(':') >= 0) {
        throw new IllegalArgumentException("a colon in a part of a key: " + parts[i]);
      }
    }
    return form.formatted((Object[]) parts);
  }

  /** The same keys as functions for the scripts: {@code key_task(id)} and so on. */
  static String asLua() {
    var lua = new StringBuilder();
    for (Keys key : values()) {
      String name = "key_" + key.name().toLowerCase(Locale.ROOT);
      var parameters = new StringBuilder();
      var value = new StringBuilder("SHARD .. '");
      int part = 0;
      int from = 0;
      for (int at = key.form.indexOf("%s"); at >= 0; at = key.form.indexOf("%s", from)) {
        part++;
        parameters.append(part == 1 ? "" : ", ").append('p').append(part);
        value.append(key.form, from, at).append("' .. p").append(part).append(" .. '");
        from = at + 2;
      }
      value.append(key.form.substring(from)).append('\'');
      lua.append("local function %s(%s) return %s end\n".formatted(name, parameters, value));
    }
    return lua.toString();
  }
}
